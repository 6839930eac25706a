/** What was done to the flag, by whom and why, each change field by field; and the way back. */
import { Button, SegmentedControl, Skeleton, UnstyledButton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { Ago } from "@/design/ago";
import { FieldDiff } from "@/design/field-diff";
import { ClockIcon } from "@/design/icons";
import { Notice } from "@/design/notice";
import { usePaged } from "@/design/paged";
import { QueryError } from "@/design/query-error";
import { type AuditEntry, historyQuery } from "@/features/flag/evidence";
import type { Where } from "@/features/flag/flag";
import { actionText, auditText } from "@/text/audit";
import { flagText } from "@/text/flag";
import classes from "./history-tab.module.css";

interface HistoryTabProps {
  where: Where;
  environmentName: string;
  everywhere: boolean;
  archived: boolean;
  onEverywhere: (everywhere: boolean) => void;
}

const words = flagText.history;
const RevertDialog = lazy(async () => ({
  default: (await import("@/features/flag/revert-dialog")).RevertDialog,
}));

export function HistoryTab(props: HistoryTabProps) {
  const { where, environmentName, everywhere, archived, onEverywhere } = props;
  const query = useInfiniteQuery(historyQuery(where, everywhere ? undefined : where.environment));
  const { rows, more } = usePaged(query);
  const [reverting, setReverting] = useState<AuditEntry>();
  // The newest change of the targeting is what there is now: nothing to go back to.
  const newest = rows?.find((it) => isTargeting(it, where.environment))?.seq;
  return (
    <>
      <SegmentedControl
        size="xs"
        className={classes.scope}
        aria-label={words.scope}
        data={[
          { value: "here", label: words.here(environmentName) },
          { value: "everywhere", label: words.everywhere },
        ]}
        value={everywhere ? "everywhere" : "here"}
        onChange={(value) => onEverywhere(value === "everywhere")}
      />
      {query.isError && rows === undefined && (
        <QueryError error={query.error} onRetry={query.refetch} />
      )}
      {query.isPending && <Skeleton height={200} />}
      {rows?.length === 0 && (
        <Notice icon={<ClockIcon size={20} />} title={words.emptyTitle}>
          {words.empty}
        </Notice>
      )}
      <ol className={classes.entries}>
        {rows?.map((entry) => (
          <Entry
            key={entry.seq}
            project={where.project}
            entry={entry}
            canRevert={!archived && entry.seq !== newest && isTargeting(entry, where.environment)}
            onRevert={() => setReverting(entry)}
          />
        ))}
      </ol>
      {more.has && (
        <Button variant="default" loading={more.loading} onClick={more.load}>
          {words.more}
        </Button>
      )}
      {reverting !== undefined && (
        <Suspense fallback={null}>
          <RevertDialog
            where={where}
            entry={reverting}
            later={rows?.filter(({ seq }) => seq > reverting.seq) ?? []}
            onClose={() => setReverting(undefined)}
          />
        </Suspense>
      )}
    </>
  );
}

interface EntryProps {
  project: string;
  entry: AuditEntry;
  canRevert: boolean;
  onRevert: () => void;
}

/** More than these are folded. */
const SHOWN = 4;

function Entry({ project, entry, canRevert, onRevert }: EntryProps) {
  const [all, setAll] = useState(entry.changes.length <= SHOWN);
  return (
    <li className={classes.entry} data-seq={entry.seq}>
      <div className={classes.head}>
        <strong>{entry.actor}</strong>
        <span title={entry.action}>{actionText[entry.action] ?? entry.action}</span>
        {entry.environment != null && (
          <span className={classes.environment}>{entry.environment}</span>
        )}
        <Link
          to="/projects/$project/audit"
          params={{ project }}
          search={{ entry: entry.seq }}
          className={classes.when}
          title={auditText.openEntry(entry.seq)}
        >
          <Ago at={entry.at} />
        </Link>
        {canRevert && (
          <Button className={classes.revert} variant="subtle" size="compact-sm" onClick={onRevert}>
            {words.revert}
          </Button>
        )}
      </div>
      {entry.reason != null && <p className={classes.reason}>{entry.reason}</p>}
      {entry.changes.length > 0 && (
        <FieldDiff changes={all ? entry.changes : entry.changes.slice(0, SHOWN)} />
      )}
      {!all && (
        <UnstyledButton className={classes.all} onClick={() => setAll(true)}>
          {words.details(entry.changes.length)}
        </UnstyledButton>
      )}
    </li>
  );
}

/** Whether it left a targeting of this environment that can be gone back to. */
function isTargeting(entry: AuditEntry, environment: string): boolean {
  return (
    entry.revisions[environment] !== undefined &&
    entry.environment === environment &&
    entry.changes.some(({ path }) => /^(targeting\b|allow$|block$)/.test(path))
  );
}
