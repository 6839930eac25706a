/** What to look for in the log; all of it lives in the address. */
import { Button, Select, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import type { AuditFilter } from "@/features/audit/audit";
import type { Environment } from "@/features/projects/projects";
import { actionText, auditText } from "@/text/audit";
import classes from "./audit.module.css";

interface AuditFiltersProps {
  environments: readonly Environment[];
  filter: AuditFilter;
  onFilter: (filter: AuditFilter) => void;
}

const words = auditText;
const ACTIONS = Object.entries(actionText).map(([value, label]) => ({ value, label }));

export function AuditFilters({ environments, filter, onFilter }: AuditFiltersProps) {
  const set = (key: keyof AuditFilter, value: string | null) => {
    const { [key]: _, ...rest } = filter;
    const trimmed = value?.trim() ?? "";
    if (trimmed !== (filter[key] ?? "")) {
      onFilter(trimmed === "" ? rest : { ...rest, [key]: trimmed });
    }
  };
  return (
    <search className={classes.filters} aria-label={words.filters}>
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
      <Field
        label={words.flag}
        placeholder={words.anyFlag}
        value={filter.flag ?? ""}
        onCommit={(value) => set("flag", value)}
      />
      <Select
        label={words.environment}
        placeholder={words.anywhere}
        data={environments.map(({ key, name }) => ({ value: key, label: name }))}
        value={filter.environment ?? null}
        onChange={(value) => set("environment", value)}
        clearable
      />
      {Object.keys(filter).length > 0 && (
        <Button variant="subtle" color="gray" onClick={() => onFilter({})}>
          {words.clear}
        </Button>
      )}
    </search>
  );
}

interface FieldProps {
  label: string;
  placeholder: string;
  value: string;
  onCommit: (value: string) => void;
}

/** Names are compared as a whole: half a name would find nothing, so it waits for Enter. */
function Field({ label, placeholder, value, onCommit }: FieldProps) {
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
      maxLength={256}
    />
  );
}
