/** The flags in debt, each with what is wrong and by what evidence. */
import { ActionIcon, Menu } from "@mantine/core";
import { DotsIcon } from "@/design/icons";
import { Cell, type Column, VirtualRows } from "@/design/virtual-rows";
import type { IndebtedFlag } from "@/features/debt/debt";
import { StateBadges } from "@/features/debt/state-badge";
import { debtText } from "@/text/debt";
import { formatCount } from "@/text/format";
import classes from "./debt-list.module.css";

interface DebtListProps {
  flags: readonly IndebtedFlag[];
  onOpen: (key: string) => void;
  onExtend: (key: string) => void;
  onArchive: (key: string) => void;
}

const words = debtText;

const COLUMNS: readonly Column[] = [
  { key: "flag", head: words.columns.flag, width: "minmax(11rem, 1.2fr)" },
  { key: "what", head: words.columns.what, width: "minmax(16rem, 3fr)" },
  { key: "owner", head: words.columns.owner, width: "minmax(7rem, 0.8fr)" },
  { key: "age", head: words.columns.age, width: "6.5rem", numeric: true },
  { key: "debt", head: words.columns.debt, width: "4.5rem", numeric: true },
  { key: "actions", head: <span className="visually-hidden">{words.actions}</span>, width: "2rem" },
];

export function DebtList({ flags, onOpen, onExtend, onArchive }: DebtListProps) {
  return (
    <VirtualRows
      label={words.title}
      columns={COLUMNS}
      rows={flags}
      rowKey={({ key }) => key}
      estimate={76}
      onOpen={({ key }) => onOpen(key)}
      rowClassName={classes.row}
      rowProps={({ key }) => ({ "data-flag": key })}
    >
      {(flag, { tabIndex }) => (
        <>
          <Cell className={classes.flag}>
            <strong>{flag.name || flag.key}</strong>
            {flag.name && <span className={classes.key}>{flag.key}</span>}
          </Cell>
          <Cell>
            <StateBadges states={flag.states} />
            <p className={classes.explanation}>{flag.explanation}</p>
          </Cell>
          <Cell label={words.columns.owner}>{flag.owner ?? words.nobody}</Cell>
          <Cell numeric label={words.columns.age}>
            <Age days={flag.days_past_expiry} />
          </Cell>
          <Cell numeric label={words.columns.debt}>
            <strong>{formatCount(flag.debt ?? 0)}</strong>
          </Cell>
          <Cell className={classes.actions}>
            {isFlag(flag) && (
              <Menu position="bottom-end" width={160}>
                <Menu.Target>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    tabIndex={tabIndex}
                    aria-label={words.actionsOf(flag.key)}
                  >
                    <DotsIcon />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown aria-label={words.actionsOf(flag.key)}>
                  {flag.expires_on != null && (
                    <Menu.Item onClick={() => onExtend(flag.key)}>{words.extend.action}</Menu.Item>
                  )}
                  <Menu.Item onClick={() => onArchive(flag.key)}>{words.archive.action}</Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
          </Cell>
        </>
      )}
    </VirtualRows>
  );
}

function Age({ days }: { days: number | null | undefined }) {
  if (days == null) {
    return <span className={classes.aside}>{words.noExpiry}</span>;
  }
  return days < 0 ? (
    <span className={classes.aside}>{words.ahead(-days)}</span>
  ) : (
    <span>{words.days(days)}</span>
  );
}

/** Whether there is a flag of that key: else code or programs ask for nothing. */
export function isFlag({ kind }: IndebtedFlag): boolean {
  return kind != null;
}
