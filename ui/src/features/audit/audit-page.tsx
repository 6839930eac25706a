/** The audit log: found by who, what and where; each entry with its diff; verified; exported. */
import { Button, Menu, VisuallyHidden } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Ago } from "@/design/ago";
import { ListIcon, SearchIcon } from "@/design/icons";
import { ChangedBar, ListPanel, ListSkeleton } from "@/design/list-panel";
import { Notice } from "@/design/notice";
import { PageHeader } from "@/design/page-header";
import { refreshPaged, useBeginAnew, usePaged } from "@/design/paged";
import { QueryError, StaleBanner } from "@/design/query-error";
import { Cell, VirtualRows } from "@/design/virtual-rows";
import { type AuditFilter, auditListKey, auditQuery } from "@/features/audit/audit";
import { AuditFilters } from "@/features/audit/audit-filters";
import { EntryDrawer } from "@/features/audit/entry-drawer";
import { ExportProgress, useExport } from "@/features/audit/export-log";
import { useVerify, VerifyResult } from "@/features/audit/verify-log";
import type { Environment } from "@/features/projects/projects";
import { useLogged } from "@/live/log";
import { actionText, auditText } from "@/text/audit";
import { commonText } from "@/text/common";
import classes from "./audit.module.css";

export interface AuditView extends AuditFilter {
  /** The entry whose details are open. */
  entry?: number;
}

interface AuditPageProps {
  project: string;
  environments: readonly Environment[];
  view: AuditView;
  onView: (view: AuditView, replace?: boolean) => void;
}

const words = auditText;

export function AuditPage({ project, environments, view, onView }: AuditPageProps) {
  useDocumentTitle(commonText.pageTitle(words.title));
  const client = useQueryClient();
  const { entry: opened, ...filter } = view;
  const options = auditQuery(project, filter);
  const query = useInfiniteQuery(options);
  const { rows, more } = usePaged(query);
  const beginAnew = useBeginAnew(options.queryKey);
  const [changed, setChanged] = useState(false);
  const verify = useVerify(project);
  const exporting = useExport(project, filter);
  const filtered = Object.keys(filter).length > 0;

  useLogged(() => void refreshPaged(client, auditListKey(project)).then(setChanged));

  // A page may hold nothing of what is looked for, and yet not be the last.
  const seeks = rows?.length === 0 && more.has;
  const canLoad = seeks && !more.loading && !more.failed && !query.isPlaceholderData;
  const { load } = more;
  useEffect(() => {
    if (canLoad) {
      load();
    }
  }, [canLoad, load]);

  const { entry: _, ...withoutEntry } = view;
  return (
    <>
      <PageHeader
        title={words.title}
        description={words.description}
        actions={
          <>
            <Menu position="bottom-end">
              <Menu.Target>
                <Button variant="default" disabled={exporting.isPending}>
                  {words.export}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => exporting.begin("csv")}>{words.exportCsv}</Menu.Item>
                <Menu.Item onClick={() => exporting.begin("ndjson")}>
                  {words.exportNdjson}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
            <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
              {words.verify}
            </Button>
          </>
        }
      />
      <ExportProgress exporting={exporting} />
      <VerifyResult verify={verify} />
      <AuditFilters environments={environments} filter={filter} onFilter={onView} />
      {query.isError && rows !== undefined && <StaleBanner onRetry={query.refetch} />}
      {changed && (
        <ChangedBar
          onShow={() => {
            setChanged(false);
            void beginAnew();
          }}
        />
      )}
      <ListPanel label={words.title}>
        {rows === undefined &&
          (query.isError ? (
            <QueryError error={query.error} onRetry={query.refetch} />
          ) : (
            <ListSkeleton label={words.loading} />
          ))}
        {seeks && !more.failed && <ListSkeleton label={words.searching} />}
        {seeks && more.failed && query.error !== null && (
          <QueryError error={query.error} onRetry={more.load} />
        )}
        {rows?.length === 0 && !seeks && (
          <Notice
            icon={filtered ? <SearchIcon size={20} /> : <ListIcon size={20} />}
            title={filtered ? words.noMatchTitle : words.noneTitle}
            {...(filtered && {
              action: (
                <Button variant="default" onClick={() => onView({})}>
                  {words.clear}
                </Button>
              ),
            })}
          >
            {filtered ? words.noMatch : words.none}
          </Notice>
        )}
        {rows !== undefined && rows.length > 0 && (
          <VirtualRows
            label={words.title}
            rows={rows}
            rowKey={({ seq }) => String(seq)}
            rowProps={({ seq, action }) => ({
              "data-seq": String(seq),
              "data-action": action,
            })}
            rowClassName={classes.row}
            more={more}
            stale={query.isPlaceholderData}
            onOpen={({ seq }) => onView({ ...view, entry: seq })}
            estimate={45}
            columns={[
              { key: "when", head: words.columns.when, width: "7rem" },
              { key: "who", head: words.columns.who, width: "minmax(7rem, 1fr)" },
              { key: "what", head: words.columns.what, width: "minmax(9.5rem, 1.2fr)" },
              { key: "target", head: words.columns.target, width: "minmax(12rem, 1.6fr)" },
              { key: "where", head: words.columns.where, width: "minmax(6rem, 0.8fr)" },
              { key: "why", head: words.columns.why, width: "minmax(9rem, 2fr)" },
            ]}
          >
            {(it, { tabIndex }) => (
              <>
                <Cell className={classes.when}>
                  <Ago at={it.at} />
                </Cell>
                <Cell className={classes.who}>{it.actor}</Cell>
                <Cell className={classes.what}>
                  <button
                    type="button"
                    className={classes.open}
                    tabIndex={tabIndex}
                    onClick={() => onView({ ...view, entry: it.seq })}
                  >
                    {actionText[it.action] ?? it.action}
                  </button>
                </Cell>
                <Cell className={classes.target}>{it.target}</Cell>
                <Cell className={classes.where}>{it.environment}</Cell>
                <Cell className={classes.why}>{it.reason}</Cell>
              </>
            )}
          </VirtualRows>
        )}
      </ListPanel>
      <VisuallyHidden role="status">
        {rows !== undefined && !query.isPlaceholderData && words.shown(rows.length, more.has)}
      </VisuallyHidden>
      <EntryDrawer
        project={project}
        seq={opened}
        known={rows?.find(({ seq }) => seq === opened)}
        onClose={() => onView(withoutEntry)}
        onFilter={(it) => onView(it)}
      />
    </>
  );
}
