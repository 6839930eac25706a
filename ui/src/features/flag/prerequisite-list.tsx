/** Flags that this flag waits for, and which answer of theirs. */
import { ActionIcon, Button, Select, TagsInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { PlusIcon, TrashIcon } from "@/design/icons";
import type { Prerequisite } from "@/features/flag/draft";
import { flagSearchQuery } from "@/features/flag/evidence";
import { targetingQuery, type Where } from "@/features/flag/flag";
import { flagText } from "@/text/flag";
import classes from "./prerequisite-list.module.css";

interface PrerequisiteListProps {
  /** The flag that waits: it cannot wait for itself. */
  where: Where;
  prerequisites: readonly Prerequisite[];
  disabled: boolean;
  onChange: (prerequisites: Prerequisite[]) => void;
}

const words = flagText.editor;

export function PrerequisiteList({
  where,
  prerequisites,
  disabled,
  onChange,
}: PrerequisiteListProps) {
  const add = useRef<HTMLButtonElement>(null);
  const [adding, setAdding] = useState(false);
  const [search, setSearch] = useState("");
  const [asked] = useDebouncedValue(search, 150);
  const { data = [] } = useQuery({ ...flagSearchQuery(where.project, asked), enabled: adding });
  const taken = new Set([where.flag, ...prerequisites.map((it) => it.flag)]);
  return (
    <div className={classes.prerequisites}>
      {prerequisites.map((it, index) => (
        <Row
          key={it.flag}
          where={where}
          prerequisite={it}
          disabled={disabled}
          onChange={(changed) => onChange(prerequisites.with(index, changed))}
          onRemove={() => {
            onChange(prerequisites.toSpliced(index, 1));
            add.current?.focus();
          }}
        />
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

interface RowProps {
  where: Where;
  prerequisite: Prerequisite;
  disabled: boolean;
  onChange: (prerequisite: Prerequisite) => void;
  onRemove: () => void;
}

function Row({ where, prerequisite, disabled, onChange, onRemove }: RowProps) {
  const { flag, on, variants = [] } = prerequisite;
  const wantsOn = on !== false;
  const { data: other } = useQuery({ ...targetingQuery({ ...where, flag }), enabled: wantsOn });
  const known = other?.draft.variants.map(({ name }) => name) ?? [];
  return (
    <div className={classes.row}>
      <code className={classes.flag}>{flag}</code>
      <span>{words.prerequisiteWanted}</span>
      <Select
        size="xs"
        w={92}
        aria-label={`${flag} ${words.prerequisiteWanted}`}
        data={[
          { value: "on", label: words.effectOn },
          { value: "off", label: words.effectOff },
        ]}
        value={wantsOn ? "on" : "off"}
        allowDeselect={false}
        disabled={disabled}
        // Whoever does not have a flag has none of its variants.
        onChange={(value) => onChange(value === "on" ? { flag, on: true } : { flag, on: false })}
      />
      {wantsOn && (known.length > 0 || variants.length > 0) && (
        <>
          <span>{words.prerequisiteVariants}</span>
          <TagsInput
            size="xs"
            className={classes.variants}
            aria-label={words.variantsOf(flag)}
            placeholder={variants.length === 0 ? words.anyVariant : ""}
            data={known}
            value={[...variants]}
            disabled={disabled}
            acceptValueOnBlur
            onChange={(chosen) =>
              onChange(
                chosen.length === 0 ? { flag, on: true } : { flag, on: true, variants: chosen },
              )
            }
          />
        </>
      )}
      {!disabled && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={26}
          aria-label={words.removePrerequisite(flag)}
          onClick={onRemove}
        >
          <TrashIcon size={14} />
        </ActionIcon>
      )}
    </div>
  );
}
