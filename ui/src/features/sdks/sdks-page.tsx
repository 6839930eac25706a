/** An environment's programs: which SDK, which revision, how stale; and what they ask for in vain. */
import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Ago } from "@/design/ago";
import { PlugIcon } from "@/design/icons";
import { FilterChoice, ListPanel, ListSkeleton } from "@/design/list-panel";
import { Notice } from "@/design/notice";
import { PageHeader } from "@/design/page-header";
import { QueryError, StaleBanner } from "@/design/query-error";
import { useNow } from "@/design/use-now";
import { Cell, VirtualRows } from "@/design/virtual-rows";
import type { Environment } from "@/features/projects/projects";
import {
  type FollowingSdk,
  type Propagation,
  sdksQuery,
  stateOf,
  versionsOf,
} from "@/features/sdks/sdks";
import { UnknownFlags } from "@/features/sdks/unknown-flags";
import { duration } from "@/text/ago";
import { commonText } from "@/text/common";
import { formatCount } from "@/text/format";
import { sdksText } from "@/text/sdks";
import classes from "./sdks.module.css";

interface SdksPageProps {
  project: string;
  environment: Environment;
  /** The only SDK to list, with its version. */
  version: string | undefined;
  onVersion: (version: string | undefined) => void;
}

const words = sdksText;
const ALL = "";

export function SdksPage({ project, environment, version, onVersion }: SdksPageProps) {
  useDocumentTitle(commonText.pageTitle(words.title, environment.name));
  const query = useQuery(sdksQuery(project, environment.key));
  const data = query.data;
  const versions = versionsOf(data?.items ?? []);
  const rows = data?.items.filter(({ sdk }) => version === undefined || sdk === version);

  return (
    <>
      <PageHeader title={words.title} description={words.description(environment.name)} />
      {query.isError && data !== undefined && <StaleBanner onRetry={query.refetch} />}
      {data !== undefined && data.sdks > 0 && <Summary propagation={data} />}
      {versions.length > 1 && (
        <FilterChoice
          label={words.versions}
          choices={[
            { value: ALL, label: words.version(words.allVersions, data?.items.length ?? 0) },
            ...versions.map(({ sdk, count }) => ({
              value: sdk,
              label: words.version(sdk, count),
            })),
          ]}
          value={version ?? ALL}
          onChange={(next) => onVersion(next === ALL ? undefined : next)}
        />
      )}
      <ListPanel label={words.title}>
        {data === undefined &&
          (query.isError ? (
            <QueryError error={query.error} onRetry={query.refetch} />
          ) : (
            <ListSkeleton label={words.loading} />
          ))}
        {data?.items.length === 0 && (
          <Notice
            icon={<PlugIcon size={20} />}
            title={words.noneTitle}
            action={
              <Button
                variant="default"
                renderRoot={(props) => (
                  <Link to="/projects/$project/settings/tokens" params={{ project }} {...props} />
                )}
              >
                {words.toTokens}
              </Button>
            }
          >
            {words.none}
          </Notice>
        )}
        {data !== undefined && rows !== undefined && rows.length > 0 && (
          <SdkList rows={rows} newest={data.revision} />
        )}
      </ListPanel>
      {data !== undefined && data.items.length < data.sdks && (
        <p className={classes.note}>{words.shownOf(data.items.length, data.sdks)}</p>
      )}
      <UnknownFlags project={project} environment={environment} />
    </>
  );
}

function Summary({ propagation }: { propagation: Propagation }) {
  const { revision, committed_at, sdks, confirmed } = propagation;
  return (
    <div className={classes.summary}>
      <p>
        <strong>{words.revision(revision)}</strong>
        {committed_at != null && (
          <span>
            {words.committed} <Ago at={committed_at} />
          </span>
        )}
      </p>
      <p role="status" data-done={confirmed === sdks || undefined}>
        {words.summary(confirmed, sdks)}
      </p>
      <div className={classes.track} aria-hidden="true">
        <span style={{ width: `${(100 * confirmed) / sdks}%` }} />
      </div>
    </div>
  );
}

function SdkList({ rows, newest }: { rows: readonly FollowingSdk[]; newest: number }) {
  const now = useNow(1_000);
  return (
    <VirtualRows
      label={words.title}
      rows={rows}
      rowKey={({ instance, connected_at }) => `${instance} ${connected_at}`}
      rowProps={(row) => ({ "data-sdk": row.sdk, "data-state": stateOf(row) })}
      rowClassName={classes.row}
      estimate={45}
      columns={[
        { key: "token", head: words.columns.token, width: "minmax(9rem, 1.2fr)" },
        { key: "sdk", head: words.columns.sdk, width: "minmax(10rem, 1.2fr)" },
        { key: "state", head: words.columns.state, width: "minmax(11rem, 1.2fr)" },
        { key: "revision", head: words.columns.revision, width: "8rem", numeric: true },
        { key: "connected", head: words.columns.connected, width: "9rem" },
        { key: "instance", head: words.columns.instance, width: "minmax(8rem, 1fr)" },
      ]}
    >
      {(row) => (
        <>
          <Cell className={classes.token}>{row.token}</Cell>
          <Cell className={classes.sdk}>{row.sdk === "" ? words.unnamed : row.sdk}</Cell>
          <Cell>
            <State row={row} now={now} />
          </Cell>
          <Cell numeric label={words.columns.revision}>
            {row.revision < newest && (
              <span className={classes.behind}>{words.behind(newest - row.revision)}</span>
            )}
            {formatCount(row.revision)}
          </Cell>
          <Cell className={classes.muted} label={words.columns.connected}>
            <Ago at={row.connected_at} />
          </Cell>
          <Cell className={classes.instance} label={words.columns.instance}>
            {row.instance}
          </Cell>
        </>
      )}
    </VirtualRows>
  );
}

function State({ row, now }: { row: FollowingSdk; now: Date }) {
  const state = stateOf(row);
  const silent =
    row.silent_since == null ? "" : duration((now.getTime() - Date.parse(row.silent_since)) / 1000);
  return (
    <span className={classes.state} data-state={state}>
      <span className={classes.dot} aria-hidden="true" />
      {state === "confirmed" ? words.state.confirmed : words.state[state](silent)}
    </span>
  );
}
