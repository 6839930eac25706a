/** The list of flags: a table that turns into cards on a narrow screen. */
import { Skeleton } from "@mantine/core";
import { FlagRow } from "@/features/flags/flag-row";
import type { Flag } from "@/features/flags/flags";
import type { Environment } from "@/features/projects/projects";
import { flagsText } from "@/text/flags";
import classes from "./flag-table.module.css";

interface FlagTableProps {
  project: string;
  environment: Environment;
  environments: readonly Environment[];
  flags: readonly Flag[];
  now: Date;
  /** Whether the rows answer an earlier search while the newest one is under way. */
  stale: boolean;
}

const columns = flagsText.columns;

export function FlagTable({
  project,
  environment,
  environments,
  flags,
  now,
  stale,
}: FlagTableProps) {
  const others = environments.filter(({ key }) => key !== environment.key);
  return (
    <table className={classes.table} aria-busy={stale} data-stale={stale || undefined}>
      <caption className="visually-hidden">
        {flagsText.title} {flagsText.change.inEnvironment(environment.name)}
      </caption>
      <Head />
      <tbody>
        {flags.map((flag) => (
          <FlagRow
            // A row is a flag in an environment: another environment's is not a change of this one.
            key={`${environment.key}/${flag.key}`}
            project={project}
            environment={environment}
            others={others}
            flag={flag}
            now={now}
          />
        ))}
      </tbody>
    </table>
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

function Head() {
  return (
    <thead className={classes.head}>
      <tr>
        <th scope="col">{columns.on}</th>
        <th scope="col">{columns.flag}</th>
        <th scope="col">{columns.rollout}</th>
        <th scope="col">{columns.lists}</th>
        <th scope="col" className={classes.elsewhereCell}>
          {columns.elsewhere}
        </th>
        <th scope="col" className={classes.ownerCell}>
          {columns.owner}
        </th>
        <th scope="col">{columns.expires}</th>
      </tr>
    </thead>
  );
}
