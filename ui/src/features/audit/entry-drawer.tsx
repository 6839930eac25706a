/** One entry of the log: everything about it, and what it changed. */
import { Button, Drawer, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import { hasStatus } from "@/api/problem";
import { CopyButton } from "@/design/copy-button";
import { FieldDiff } from "@/design/field-diff";
import { SearchIcon } from "@/design/icons";
import { Notice } from "@/design/notice";
import { QueryError } from "@/design/query-error";
import { type AuditEntry, type AuditFilter, entryQuery, targetOf } from "@/features/audit/audit";
import { useNearestEnvironment } from "@/features/projects/place";
import { actionText, auditText } from "@/text/audit";
import { commonText } from "@/text/common";
import { formatMoment } from "@/text/format";
import classes from "./audit.module.css";

interface EntryDrawerProps {
  project: string;
  /** The entry's number; nothing while none is open. */
  seq: number | undefined;
  /** The entry, if it has been read already. */
  known: AuditEntry | undefined;
  onClose: () => void;
  onFilter: (filter: AuditFilter) => void;
}

const words = auditText;

export function EntryDrawer({ project, seq, known, onClose, onFilter }: EntryDrawerProps) {
  // What is shown while it slides away.
  const last = useRef(seq);
  if (seq !== undefined) {
    last.current = seq;
  }
  const shown = last.current;
  return (
    <Drawer
      opened={seq !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={shown !== undefined && words.entry(shown)}
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      {shown !== undefined && (
        <Entry project={project} seq={shown} known={known} onFilter={onFilter} />
      )}
    </Drawer>
  );
}

interface EntryProps {
  project: string;
  seq: number;
  known: AuditEntry | undefined;
  onFilter: (filter: AuditFilter) => void;
}

/** A link may lead to an entry that the list does not show: it is read by itself then. */
function Entry({ project, seq, known, onFilter }: EntryProps) {
  const own = known?.seq === seq ? known : undefined;
  const query = useQuery({ ...entryQuery(project, seq), enabled: own === undefined });
  const entry = own ?? query.data;
  if (entry !== undefined) {
    return <Details project={project} entry={entry} onFilter={onFilter} />;
  }
  if (hasStatus(query.error, 404)) {
    return (
      <Notice icon={<SearchIcon size={20} />} title={words.noEntryTitle}>
        {words.noEntry(seq)}
      </Notice>
    );
  }
  return query.isError ? (
    <QueryError error={query.error} onRetry={query.refetch} />
  ) : (
    <Skeleton height={200} />
  );
}

interface DetailsProps {
  project: string;
  entry: AuditEntry;
  onFilter: (filter: AuditFilter) => void;
}

function Details({ project, entry, onFilter }: DetailsProps) {
  const target = targetOf(entry.target);
  const revisions = Object.entries(entry.revisions);
  return (
    <>
      <dl className={classes.details}>
        <Fact name={words.at}>
          <time dateTime={entry.at}>{formatMoment(entry.at)}</time>
        </Fact>
        <Fact name={words.by}>
          {entry.actor} {entry.token == null && <span>({words.server})</span>}
        </Fact>
        <Fact name={words.did}>
          {actionText[entry.action] ?? entry.action} <code>{entry.action}</code>
        </Fact>
        <Fact name={words.to}>
          <Target project={project} entry={entry} />
        </Fact>
        {entry.environment != null && <Fact name={words.in}>{entry.environment}</Fact>}
        <Fact name={words.why}>{entry.reason ?? <span>{words.noReason}</span>}</Fact>
        {revisions.length > 0 && (
          <Fact name={words.revisions}>
            {revisions.map(([name, revision]) => words.revision(name, revision)).join(", ")}
          </Fact>
        )}
        {entry.request_id != null && (
          <Fact name={words.request}>
            <code>{entry.request_id}</code>
          </Fact>
        )}
        <Fact name={words.hash}>
          <span className={classes.sealed}>
            <code className={classes.hash}>{entry.hash}</code>
            <CopyButton value={entry.hash} label={words.copyHash} />
          </span>
        </Fact>
      </dl>
      <div className={classes.only}>
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => onFilter({ actor: entry.actor })}
        >
          {words.onlyBy(entry.actor)}
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          onClick={() =>
            onFilter(target.kind === "flag" ? { flag: target.key } : { target: entry.target })
          }
        >
          {words.onlyAbout(target.kind === "flag" ? target.key : entry.target)}
        </Button>
        <CopyButton value={linkTo(project, entry.seq)} label={words.copyLink} />
      </div>
      <h2 className={classes.changes}>{words.changes}</h2>
      <FieldDiff changes={entry.changes} />
    </>
  );
}

/** Without the filters that the reader happens to have. */
function linkTo(project: string, seq: number): string {
  return new URL(`/projects/${project}/audit?entry=${seq}`, window.location.href).href;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Leads to what was changed, where it has a page. */
function Target({ project, entry }: { project: string; entry: AuditEntry }) {
  const nearest = useNearestEnvironment();
  const environment = entry.environment ?? nearest?.key;
  const { kind, key } = targetOf(entry.target);
  if (kind === "flag" && environment !== undefined) {
    return (
      <Link
        to="/projects/$project/environments/$environment/flags/$flag"
        params={{ project, environment, flag: key }}
      >
        {entry.target}
      </Link>
    );
  }
  if (kind === "tenant" && environment !== undefined) {
    return (
      <Link
        to="/projects/$project/environments/$environment/tenants/$tenant"
        params={{ project, environment, tenant: key }}
      >
        {entry.target}
      </Link>
    );
  }
  if (kind === "segment") {
    return (
      <Link to="/projects/$project/segments/$segment" params={{ project, segment: key }}>
        {entry.target}
      </Link>
    );
  }
  return entry.target;
}
