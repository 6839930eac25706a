/** Which attributes have a column, and the filter by an attribute's value. */
import { Button, CloseButton, Menu } from "@mantine/core";
import { CheckIcon, ColumnsIcon } from "@/design/icons";
import type { KnownAttribute } from "@/features/conditions/operators";
import type { RosterSearch } from "@/features/tenants/roster-page";
import { tenantsText } from "@/text/tenants";
import classes from "./roster.module.css";

interface RosterFiltersProps {
  known: readonly KnownAttribute[];
  columns: readonly string[];
  view: RosterSearch;
  onView: (view: RosterSearch, replace?: boolean) => void;
}

const words = tenantsText;

export function RosterFilters({ known, columns, view, onView }: RosterFiltersProps) {
  const names = [...new Set([...columns, ...known.map(({ name }) => name)])].toSorted();
  const { attribute, value } = view;
  return (
    <>
      {attribute !== undefined && (
        <span className={classes.chip}>
          {words.filtered(attribute, value)}
          <CloseButton
            size="xs"
            aria-label={words.clearFilter}
            onClick={() => {
              const { attribute: _a, value: _v, ...rest } = view;
              onView(rest);
            }}
          />
        </span>
      )}
      <Menu position="bottom-end" closeOnItemClick={false}>
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            className={classes.columns}
            leftSection={<ColumnsIcon size={14} />}
          >
            {words.columns}
          </Button>
        </Menu.Target>
        <Menu.Dropdown className={classes.columnChoices}>
          {names.length === 0 && <Menu.Label>{words.noAttributes}</Menu.Label>}
          {names.map((name) => (
            <Menu.CheckboxItem
              key={name}
              checked={columns.includes(name)}
              checkIcon={<CheckIcon size={14} />}
              onChange={(checked) =>
                onView(
                  {
                    ...view,
                    columns: checked
                      ? [...columns, name]
                      : columns.filter((column) => column !== name),
                  },
                  true,
                )
              }
            >
              {name}
            </Menu.CheckboxItem>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
