/** Chooses a tenant by key or name; one that is not on the roster can be named by its key. */
import { Autocomplete } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { findTenantsQuery } from "@/features/tenants/tenants";
import { tenantsText } from "@/text/tenants";

interface TenantPickerProps {
  project: string;
  label: string;
  value: string | undefined;
  onChange: (tenant: string) => void;
}

const words = tenantsText.compare;
const DELAY_MS = 150;

export function TenantPicker({ project, label, value, onChange }: TenantPickerProps) {
  const [typed, setTyped] = useState(value ?? "");
  useEffect(() => setTyped(value ?? ""), [value]);
  const [text] = useDebouncedValue(typed.trim(), DELAY_MS);
  const { data: found = [] } = useQuery(findTenantsQuery(project, text === value ? "" : text));
  const nameOf = (key: string) => found.find((it) => it.key === key)?.name ?? key;

  const choose = (tenant: string) => {
    if (tenant !== "" && tenant !== value) {
      onChange(tenant);
    }
  };
  return (
    <Autocomplete
      label={label}
      placeholder={words.choose}
      data={found.map(({ key }) => key)}
      value={typed}
      onChange={setTyped}
      onOptionSubmit={choose}
      // The server has filtered; its answer may be one key press old.
      filter={({ options }) => options}
      renderOption={({ option }) => (
        <span>
          <strong>{nameOf(option.value)}</strong>{" "}
          {nameOf(option.value) !== option.value && (
            <span style={{ color: "var(--t-muted)" }}>{option.value}</span>
          )}
        </span>
      )}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.defaultPrevented) {
          choose(typed.trim());
        }
      }}
      onBlur={() => choose(typed.trim())}
      maxLength={256}
      spellCheck={false}
      autoCapitalize="none"
    />
  );
}
