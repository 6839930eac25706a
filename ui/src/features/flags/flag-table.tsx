/** The list of flags, of any length: rows on a wide screen, cards on a narrow one. */
import { Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { type Dispatch, type SetStateAction, useCallback, useMemo } from "react";
import { SortHead, sortOf } from "@/design/sort-head";
import { Tick } from "@/design/tick";
import { type Column, type More, VirtualRows } from "@/design/virtual-rows";
import type { IndebtedFlag } from "@/features/debt/debt";
import { FlagRow } from "@/features/flags/flag-row";
import { type Flag, type FlagSort, type FlagSortField, isFlagSort } from "@/features/flags/flags";
import { settingOf } from "@/features/flags/targeting";
import type { Environment } from "@/features/projects/projects";
import { flagsText } from "@/text/flags";
import classes from "./flag-table.module.css";

interface FlagTableProps {
  project: string;
  environment: Environment;
  environments: readonly Environment[];
  flags: readonly Flag[];
  more: More;
  /** How many there are, read or not. */
  total: number | undefined;
  /** The debt of those flags that have some, by key. */
  debt: ReadonlyMap<string, IndebtedFlag["states"]>;
  now: Date;
  /** Whether the rows answer an earlier search while the newest one is under way. */
  stale: boolean;
  selected: ReadonlySet<string>;
  onSelected: Dispatch<SetStateAction<ReadonlySet<string>>>;
  sort: FlagSort;
  onSort: (sort: FlagSort) => void;
}

/** Columns that need a wide screen. */
export interface ShownColumns {
  elsewhere: boolean;
  usage: boolean;
  owner: boolean;
  /** The instant that the list is sorted by. */
  instant: "created_at" | "updated_at" | undefined;
}

const words = flagsText;
const ROW_PX = 68;
const INSTANTS = ["created_at", "updated_at"] as const;
/** What the expiry beside it says already. */
const SAID: readonly string[] = ["due", "expired", "overdue", "unowned"];

export function FlagTable(props: FlagTableProps) {
  const { project, environment, environments, flags, more, total, debt, now, stale } = props;
  const { selected, onSelected, sort, onSort } = props;
  const navigate = useNavigate();
  const elsewhere = useWider("92em");
  const usage = useWider("82em");
  const owner = useWider("75em");
  const instant = INSTANTS.find((it) => sortOf(it, sort) !== "none");
  // What the rows get stays the same as long as it means the same: an arrow key draws two of them.
  const shown = useMemo<ShownColumns>(
    () => ({ elsewhere, usage, owner, instant }),
    [elsewhere, usage, owner, instant],
  );
  const others = useMemo(
    () => environments.filter(({ key }) => key !== environment.key),
    [environments, environment.key],
  );
  const health = useMemo(
    () => new Map([...debt].map(([key, states]) => [key, healthOf(states)])),
    [debt],
  );
  const sorted = (field: FlagSortField, label: string): Pick<Column, "head" | "sort"> => ({
    head: (
      <SortHead
        field={field}
        label={label}
        sorted={sort}
        onSort={(it) => isFlagSort(it) && onSort(it)}
      />
    ),
    sort: sortOf(field, sort),
  });
  const select = useCallback(
    (key: string, is: boolean) =>
      onSelected((before) => {
        const next = new Set(before);
        if (is) {
          next.add(key);
        } else {
          next.delete(key);
        }
        return next;
      }),
    [onSelected],
  );
  const all = flags.length > 0 && flags.every(({ key }) => selected.has(key));
  const columns: Column[] = [
    {
      key: "select",
      width: "1.25rem",
      head: (
        <Tick
          label={words.selectAll}
          checked={all}
          mixed={!all && selected.size > 0}
          onChange={() => onSelected(all ? new Set() : new Set(flags.map(({ key }) => key)))}
        />
      ),
    },
    { key: "on", head: words.columns.on, width: "5.25rem" },
    {
      key: "flag",
      // What has no name is listed by its key; the two are in one column.
      ...sorted(sort.endsWith("key") ? "key" : "name", words.columns.flag),
      width: "minmax(11rem, 2fr)",
    },
    { key: "rollout", head: words.columns.rollout, width: "minmax(9rem, 12rem)" },
    ...(shown.elsewhere
      ? [{ key: "elsewhere", head: words.columns.elsewhere, width: "minmax(9rem, 12rem)" }]
      : []),
    ...(shown.usage ? [{ key: "usage", head: words.columns.usage, width: "6.5rem" }] : []),
    ...(shown.owner
      ? [{ key: "owner", head: words.columns.owner, width: "minmax(6rem, 1fr)" }]
      : []),
    ...(shown.instant === undefined
      ? []
      : [
          {
            key: shown.instant,
            ...sorted(shown.instant, words.columns[shown.instant]),
            width: "minmax(6rem, 8rem)",
          },
        ]),
    {
      key: "expires",
      ...sorted("expires_on", words.columns.expires),
      width: "minmax(8rem, 11rem)",
    },
  ];
  return (
    <VirtualRows
      label={`${words.title} ${words.change.inEnvironment(environment.name)}`}
      rows={flags}
      // A row is a flag in an environment: another environment's is not a change of this one.
      rowKey={({ key }) => `${environment.key}/${key}`}
      more={more}
      total={total}
      stale={stale}
      estimate={ROW_PX}
      columns={columns}
      rowClassName={classes.row}
      rowProps={(flag) => ({
        "data-flag": flag.key,
        "data-on": settingOf(flag, environment.key).on || undefined,
      })}
      onOpen={(flag) =>
        void navigate({
          to: "/projects/$project/environments/$environment/flags/$flag",
          params: { project, environment: environment.key, flag: flag.key },
        })
      }
    >
      {(flag, { tabIndex }) => (
        <FlagRow
          project={project}
          environment={environment}
          others={others}
          flag={flag}
          now={now}
          columns={shown}
          health={health.get(flag.key)}
          selected={selected.has(flag.key)}
          onSelect={select}
          tabIndex={tabIndex}
        />
      )}
    </VirtualRows>
  );
}

function healthOf(states: IndebtedFlag["states"]) {
  const rest = states.filter((state) => !SAID.includes(state));
  return rest.length === 0 ? undefined : rest;
}

function useWider(width: string): boolean {
  return (
    useMediaQuery(`(min-width: ${width})`, undefined, { getInitialValueInEffect: false }) ?? false
  );
}

/** What stands in the table's place until the first rows come. */
export function FlagTableSkeleton() {
  return (
    <div className={classes.skeleton} role="status" aria-label={flagsText.loading}>
      {SKELETON_WIDTHS.map((width) => (
        <div key={width} className={classes.skeletonRow}>
          <Skeleton height={20} width={64} radius="xl" />
          <div className={classes.skeletonText}>
            <Skeleton height={13} width={`${width}%`} />
            <Skeleton height={11} width={`${width * 0.7}%`} />
          </div>
          <Skeleton height={8} width="12%" />
          <Skeleton height={12} width="8%" />
        </div>
      ))}
    </div>
  );
}

const SKELETON_WIDTHS = [46, 33, 52, 28, 40, 36];
