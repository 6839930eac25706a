/** One entry of the log: everything about it, and what it changed. */
import { Button, Drawer } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import { CopyButton } from "@/design/copy-button";
import { FieldDiff } from "@/design/field-diff";
import { type AuditEntry, type AuditFilter, targetOf } from "@/features/audit/audit";
import { useNearestEnvironment } from "@/features/projects/place";
import { actionText, auditText } from "@/text/audit";
import { commonText } from "@/text/common";
import { formatMoment } from "@/text/format";
import classes from "./audit.module.css";

interface EntryDrawerProps {
  project: string;
  entry: AuditEntry | undefined;
  onClose: () => void;
  onFilter: (filter: AuditFilter) => void;
}

const words = auditText;

export function EntryDrawer({ project, entry, onClose, onFilter }: EntryDrawerProps) {
  // What is shown while it slides away.
  const last = useRef(entry);
  if (entry !== undefined) {
    last.current = entry;
  }
  const shown = last.current;
  return (
    <Drawer
      opened={entry !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={shown && words.entry(shown.seq)}
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      {shown && <Details project={project} entry={shown} onFilter={onFilter} />}
    </Drawer>
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
          <code className={classes.hash}>{entry.hash}</code>
          <CopyButton value={entry.hash} label={words.copyHash} />
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
        {target.kind === "flag" && (
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => onFilter({ flag: target.key })}
          >
            {words.onlyAbout(target.key)}
          </Button>
        )}
      </div>
      <h2 className={classes.changes}>{words.changes}</h2>
      <FieldDiff changes={entry.changes} />
    </>
  );
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
