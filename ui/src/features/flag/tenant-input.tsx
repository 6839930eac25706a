/** Names a tenant by key, with those of the roster to choose from; also takes a pasted list. */
import { Autocomplete, type AutocompleteProps } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { findTenantsQuery } from "@/features/tenants/tenants";

interface TenantInputProps
  extends Omit<AutocompleteProps, "data" | "value" | "onChange" | "filter" | "renderOption"> {
  project: string;
  value: string;
  onChange: (value: string) => void;
}

const PAUSE_MS = 150;

export function TenantInput({ project, value, onChange, ...props }: TenantInputProps) {
  const [asked] = useDebouncedValue(value.trim(), PAUSE_MS);
  const { data = [] } = useQuery(findTenantsQuery(project, asked));
  const names = new Map(data.map(({ key, name }) => [key, name]));
  return (
    <Autocomplete
      {...props}
      value={value}
      onChange={onChange}
      data={data.map(({ key }) => key)}
      // The server has searched already, in names as well.
      filter={({ options }) => options}
      renderOption={({ option }) => {
        const name = names.get(option.value);
        return (
          <span>
            {name ?? option.value}
            {name !== undefined && name !== option.value && (
              <>
                {" "}
                <code>{option.value}</code>
              </>
            )}
          </span>
        );
      }}
      comboboxProps={{ withinPortal: true }}
      autoComplete="off"
      spellCheck={false}
    />
  );
}
