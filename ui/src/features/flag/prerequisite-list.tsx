/** Flags that this flag waits for. */
import { ActionIcon, Button, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { PlusIcon, TrashIcon } from "@/design/icons";
import type { Prerequisite } from "@/features/flag/draft";
import { flagSearchQuery } from "@/features/flag/evidence";
import { flagText } from "@/text/flag";
import classes from "./prerequisite-list.module.css";

interface PrerequisiteListProps {
  project: string;
  /** The flag that waits: it cannot wait for itself. */
  flag: string;
  prerequisites: readonly Prerequisite[];
  disabled: boolean;
  onChange: (prerequisites: Prerequisite[]) => void;
}

const words = flagText.editor;

export function PrerequisiteList({
  project,
  flag,
  prerequisites,
  disabled,
  onChange,
}: PrerequisiteListProps) {
  const add = useRef<HTMLButtonElement>(null);
  const [adding, setAdding] = useState(false);
  const [search, setSearch] = useState("");
  const [asked] = useDebouncedValue(search, 150);
  const { data = [] } = useQuery({ ...flagSearchQuery(project, asked), enabled: adding });
  const taken = new Set([flag, ...prerequisites.map((it) => it.flag)]);
  return (
    <div className={classes.prerequisites}>
      {prerequisites.map((it, index) => (
        <div key={it.flag} className={classes.row}>
          <code className={classes.flag}>{it.flag}</code>
          <span>{words.prerequisiteWanted}</span>
          <Select
            size="xs"
            w={92}
            aria-label={`${it.flag} ${words.prerequisiteWanted}`}
            data={[
              { value: "on", label: words.effectOn },
              { value: "off", label: words.effectOff },
            ]}
            value={it.on === false ? "off" : "on"}
            allowDeselect={false}
            disabled={disabled}
            onChange={(value) => onChange(prerequisites.with(index, { ...it, on: value === "on" }))}
          />
          {(it.variants ?? []).length > 0 && <code>{it.variants?.join(", ")}</code>}
          {!disabled && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={26}
              aria-label={words.removePrerequisite(it.flag)}
              onClick={() => {
                onChange(prerequisites.toSpliced(index, 1));
                add.current?.focus();
              }}
            >
              <TrashIcon size={14} />
            </ActionIcon>
          )}
        </div>
      ))}
      {adding ? (
        <Select
          size="xs"
          w={260}
          searchable
          autoFocus
          aria-label={words.prerequisiteFlag}
          placeholder={words.prerequisiteFlag}
          data={data.map(({ key }) => key).filter((key) => !taken.has(key))}
          searchValue={search}
          onSearchChange={setSearch}
          onChange={(key) => {
            if (key !== null) {
              onChange([...prerequisites, { flag: key, on: true } as Prerequisite]);
            }
            setAdding(false);
            setSearch("");
            requestAnimationFrame(() => add.current?.focus());
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") {
              setAdding(false);
              requestAnimationFrame(() => add.current?.focus());
            }
          }}
        />
      ) : (
        !disabled && (
          <Button
            ref={add}
            variant="default"
            size="xs"
            leftSection={<PlusIcon size={14} />}
            onClick={() => setAdding(true)}
          >
            {words.addPrerequisite}
          </Button>
        )
      )}
    </div>
  );
}
