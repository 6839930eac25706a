/** The tenants that came to have the flag by a plan: who, when, by which stage, taken back or not. */
import { Button, Checkbox, Skeleton } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { refreshPaged, useBeginAnew, usePaged } from "@/design/paged";
import { QueryError } from "@/design/query-error";
import { Cell, type Column, VirtualRows } from "@/design/virtual-rows";
import {
  type Admission,
  admissionsKey,
  admissionsQuery,
  type PlanPath,
  SYSTEM,
} from "@/features/plan/plan";
import { TenantLink } from "@/features/plan/tenant-link";
import { formatWhen } from "@/text/format";
import { lists } from "@/text/lists";
import { rolloutText } from "@/text/rollout";
import classes from "./admissions.module.css";

interface AdmissionsProps {
  path: PlanPath;
  /** Whether those are shown, too, that were taken back. */
  all: boolean;
  onAll: (all: boolean) => void;
  count: number;
  /** The plan's newest decision: another one may have let tenants in, or taken them back. */
  decision: number;
}

const words = rolloutText.admitted;

const COLUMNS: readonly Column[] = [
  { key: "tenant", head: words.tenant, width: "minmax(9rem, 2fr)" },
  { key: "stage", head: words.stage, width: "minmax(8rem, 1.5fr)" },
  { key: "when", head: words.when, width: "minmax(9rem, 1fr)" },
  { key: "by", head: words.by, width: "minmax(8rem, 1fr)" },
  { key: "now", head: words.now, width: "minmax(9rem, 2fr)" },
];

export function Admissions({ path, all, onAll, count, decision }: AdmissionsProps) {
  const query = useInfiniteQuery(admissionsQuery(path, all));
  const { rows, more } = usePaged(query);
  const { outdated, beginAnew } = useNewest(path, all, decision);
  return (
    <section className={classes.panel} aria-labelledby="admitted-title">
      <header className={classes.header}>
        <h2 id="admitted-title" className={classes.title}>
          {words.title}
        </h2>
        <span className={classes.count}>{words.count(count)}</span>
        <Checkbox
          className={classes.all}
          size="xs"
          label={words.all}
          checked={all}
          onChange={(event) => onAll(event.currentTarget.checked)}
        />
      </header>
      {rows === undefined ? (
        query.isError ? (
          <QueryError error={query.error} onRetry={() => query.refetch()} />
        ) : (
          <Skeleton height={160} role="status" aria-label={words.loading} />
        )
      ) : rows.length === 0 ? (
        <p className={classes.none}>{words.none}</p>
      ) : (
        <div className={classes.list}>
          {outdated && (
            <p className={classes.outdated} role="status">
              {lists.changed}
              <Button variant="default" size="compact-xs" onClick={beginAnew}>
                {lists.showChanges}
              </Button>
            </p>
          )}
          <VirtualRows
            label={words.title}
            columns={COLUMNS}
            rows={rows}
            rowKey={keyOf}
            more={more}
            estimate={40}
            rowClassName={classes.row}
            rowProps={({ retraction }) => ({ "data-back": retraction != null || undefined })}
          >
            {(it, { tabIndex }) => <Row path={path} it={it} tabIndex={tabIndex} />}
          </VirtualRows>
        </div>
      )}
    </section>
  );
}

/** Keeps the list as new as the plan's decisions; one of many pages waits for its reader. */
function useNewest(path: PlanPath, all: boolean, decision: number) {
  const client = useQueryClient();
  const { project, environment, flag } = path;
  const [outdated, setOutdated] = useState(false);
  const known = useRef(decision);
  useEffect(() => {
    if (known.current !== decision) {
      known.current = decision;
      const queryKey = admissionsKey({ project, environment, flag });
      void refreshPaged(client, queryKey).then(setOutdated);
    }
  }, [client, project, environment, flag, decision]);
  const again = useBeginAnew([...admissionsKey(path), all]);
  return {
    outdated,
    beginAnew: () => {
      setOutdated(false);
      void again();
    },
  };
}

interface RowProps {
  path: PlanPath;
  it: Admission;
  tabIndex: 0 | -1;
}

function Row({ path, it, tabIndex }: RowProps) {
  const { tenant, stage, stage_name, at, by, drawn, former, retraction } = it;
  return (
    <>
      <Cell className={classes.tenant}>
        <TenantLink path={path} tenant={tenant} tabIndex={tabIndex} />
      </Cell>
      <Cell>
        {stage_name === "" ? words.stageNumber(stage + 1) : stage_name}
        {drawn && <span className={classes.aside}> {words.drawn}</span>}
        {former && <span className={classes.aside}> {words.former}</span>}
      </Cell>
      <Cell label={words.when}>{formatWhen(at)}</Cell>
      <Cell label={words.by}>{nameOf(by)}</Cell>
      <Cell label={words.now}>
        {retraction == null ? (
          <span className={classes.has}>{words.has}</span>
        ) : (
          <span className={classes.back}>
            {words.takenBack(retraction.retracted_at, nameOf(retraction.by))}
            {retraction.why != null && <span className={classes.aside}>{retraction.why}</span>}
          </span>
        )}
      </Cell>
    </>
  );
}

function nameOf(actor: string): string {
  return actor === SYSTEM ? rolloutText.decisions.server : actor;
}

function keyOf({ tenant, decision, retraction }: Admission): string {
  return `${tenant}/${decision}/${retraction?.decision ?? ""}`;
}
