/** What to look for in the log; all of it lives in the address. */
import { Button, Select, TextInput } from "@mantine/core";
import { useEffect, useId, useState } from "react";
import { MomentField } from "@/design/moment-field";
import { SearchField } from "@/design/search-field";
import type { AuditFilter } from "@/features/audit/audit";
import type { Environment } from "@/features/projects/projects";
import { actionText, auditText } from "@/text/audit";
import classes from "./audit-filters.module.css";

interface AuditFiltersProps {
  environments: readonly Environment[];
  filter: AuditFilter;
  /** `replace` for what is no step to go back to. */
  onFilter: (filter: AuditFilter, replace?: boolean) => void;
}

const words = auditText;
const ACTIONS = Object.entries(actionText).map(([value, label]) => ({ value, label }));
/** Asked for more seldom: behind a button. */
const RARER: readonly (keyof AuditFilter)[] = ["flag", "target", "from", "to"];

export function AuditFilters({ environments, filter, onFilter }: AuditFiltersProps) {
  const rest = useId();
  const isUsed = RARER.some((key) => filter[key] !== undefined);
  const [opened, setOpened] = useState(isUsed);
  const shown = opened || isUsed;
  const set = (key: keyof AuditFilter, value: string | null | undefined, replace = false) => {
    const { [key]: _, ...others } = filter;
    const trimmed = value?.trim() ?? "";
    if (trimmed !== (filter[key] ?? "")) {
      onFilter(trimmed === "" ? others : { ...others, [key]: trimmed }, replace);
    }
  };
  return (
    <search className={classes.filters} aria-label={words.filters}>
      <div className={classes.line}>
        <div className={classes.search}>
          <SearchField
            label={words.search}
            value={filter.q ?? ""}
            onSearch={(q) => set("q", q, true)}
          />
        </div>
        <Field
          label={words.actor}
          placeholder={words.anybody}
          value={filter.actor ?? ""}
          onCommit={(value) => set("actor", value)}
        />
        <Select
          label={words.action}
          placeholder={words.anything}
          data={
            filter.action !== undefined && actionText[filter.action] === undefined
              ? [...ACTIONS, { value: filter.action, label: filter.action }]
              : ACTIONS
          }
          value={filter.action ?? null}
          onChange={(value) => set("action", value)}
          searchable
          clearable
        />
        <Select
          label={words.environment}
          placeholder={words.anywhere}
          data={environments.map(({ key, name }) => ({ value: key, label: name }))}
          value={filter.environment ?? null}
          onChange={(value) => set("environment", value)}
          clearable
        />
        {!isUsed && (
          <Button
            variant="subtle"
            color="gray"
            aria-expanded={shown}
            aria-controls={rest}
            onClick={() => setOpened(!opened)}
          >
            {shown ? words.fewer : words.further}
          </Button>
        )}
        {Object.keys(filter).length > 0 && (
          <Button variant="subtle" color="gray" onClick={() => onFilter({})}>
            {words.clear}
          </Button>
        )}
      </div>
      <div id={rest} className={classes.line} hidden={!shown}>
        <Field
          label={words.flag}
          placeholder={words.anyFlag}
          value={filter.flag ?? ""}
          onCommit={(value) => set("flag", value)}
        />
        <Field
          label={words.target}
          placeholder={words.targetExample}
          value={filter.target ?? ""}
          onCommit={(value) => set("target", value)}
          maxLength={512}
        />
        <MomentField
          label={words.from}
          value={filter.from}
          onChange={(value) => set("from", value)}
        />
        <MomentField label={words.until} value={filter.to} onChange={(value) => set("to", value)} />
      </div>
    </search>
  );
}

interface FieldProps {
  label: string;
  placeholder: string;
  value: string;
  maxLength?: number;
  onCommit: (value: string) => void;
}

/** Names are compared as a whole: half a name would find nothing, so it waits for Enter. */
function Field({ label, placeholder, value, maxLength = 256, onCommit }: FieldProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") {
          onCommit(typed);
        }
      }}
      onBlur={() => onCommit(typed)}
      spellCheck={false}
      autoCapitalize="none"
      maxLength={maxLength}
    />
  );
}
