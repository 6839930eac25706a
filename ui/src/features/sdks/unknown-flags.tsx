/** Flags that programs ask for and that do not exist, or no longer: who asks, and how to mend it. */
import { Button, Modal } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { api, call } from "@/api/client";
import { hasStatus } from "@/api/problem";
import { Ago } from "@/design/ago";
import { CopyButton } from "@/design/copy-button";
import { CheckIcon } from "@/design/icons";
import { ListPanel, ListSkeleton } from "@/design/list-panel";
import { usePaged } from "@/design/paged";
import { QueryError } from "@/design/query-error";
import { Cell, VirtualRows } from "@/design/virtual-rows";
import type { Environment } from "@/features/projects/projects";
import { type UnknownFlag, unknownFlagsQuery } from "@/features/sdks/sdks";
import { commonText } from "@/text/common";
import { formatCount } from "@/text/format";
import { sdksText } from "@/text/sdks";
import classes from "./sdks.module.css";

interface UnknownFlagsProps {
  project: string;
  environment: Environment;
}

const words = sdksText.unknown;
const CreateFlagDialog = lazy(async () => ({
  default: (await import("@/features/flags/create-flag-dialog")).CreateFlagDialog,
}));

export function UnknownFlags({ project, environment }: UnknownFlagsProps) {
  const query = useInfiniteQuery(unknownFlagsQuery(project, environment.key));
  const { rows, more } = usePaged(query);
  const [mending, setMending] = useState<UnknownFlag>();
  const [making, setMaking] = useState<string>();
  return (
    <section className={classes.unknown} aria-label={words.title}>
      <h2>{words.title}</h2>
      <p>{words.help}</p>
      <ListPanel label={words.title}>
        {rows === undefined &&
          (query.isError ? (
            <QueryError error={query.error} onRetry={query.refetch} />
          ) : (
            <ListSkeleton label={words.loading} />
          ))}
        {rows?.length === 0 && (
          <p className={classes.allExist}>
            <CheckIcon /> {words.none}
          </p>
        )}
        {rows !== undefined && rows.length > 0 && (
          <VirtualRows
            label={words.title}
            rows={rows}
            rowKey={({ key }) => key}
            rowProps={({ key }) => ({ "data-unknown": key })}
            rowClassName={classes.unknownRow}
            more={more}
            onOpen={setMending}
            estimate={47}
            columns={[
              { key: "key", head: words.columns.key, width: "minmax(9rem, 1.2fr)" },
              { key: "askers", head: words.columns.askers, width: "minmax(12rem, 2fr)" },
              { key: "calls", head: words.columns.calls, width: "6rem", numeric: true },
              { key: "last", head: words.columns.last, width: "9rem" },
              {
                key: "mend",
                head: <span className="visually-hidden">{words.columns.mend}</span>,
                width: "9.5rem",
              },
            ]}
          >
            {(flag, { tabIndex }) => (
              <>
                <Cell className={classes.key}>{flag.key}</Cell>
                <Cell className={classes.muted} label={words.columns.askers}>
                  {askersOf(flag)}
                </Cell>
                <Cell numeric label={words.columns.calls}>
                  {formatCount(flag.askers.reduce((sum, { calls }) => sum + calls, 0))}
                </Cell>
                <Cell className={classes.muted} label={words.columns.last}>
                  {lastAsked(flag) !== undefined && <Ago at={lastAsked(flag) ?? ""} />}
                </Cell>
                <Cell className={classes.end}>
                  <Button
                    variant="default"
                    size="compact-sm"
                    tabIndex={tabIndex}
                    onClick={() => setMending(flag)}
                  >
                    {words.mend}
                    <span className="visually-hidden">: {flag.key}</span>
                  </Button>
                </Cell>
              </>
            )}
          </VirtualRows>
        )}
      </ListPanel>
      {mending !== undefined && (
        <MendDialog
          project={project}
          environment={environment.key}
          flag={mending}
          onClose={() => setMending(undefined)}
          onMake={() => {
            setMaking(mending.key);
            setMending(undefined);
          }}
        />
      )}
      {making !== undefined && (
        <Suspense fallback={null}>
          <CreateFlagDialog
            project={project}
            initialKey={making}
            now={new Date()}
            onClose={() => {
              setMaking(undefined);
              void query.refetch();
            }}
          />
        </Suspense>
      )}
    </section>
  );
}

interface MendDialogProps {
  project: string;
  environment: string;
  flag: UnknownFlag;
  onClose: () => void;
  onMake: () => void;
}

function MendDialog({ project, environment, flag, onClose, onMake }: MendDialogProps) {
  const archived = useIsArchived(project, flag.key);
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={archived ? words.archivedTitle(flag.key) : words.mendTitle(flag.key)}
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      <div className={classes.mend}>
        <ul>
          {(archived ? words.archived : words.missing).map((way) => (
            <li key={way}>{way}</li>
          ))}
        </ul>
        <div>
          {words.find}
          <div className={classes.command}>
            <code>{words.scan}</code>
            <CopyButton value={words.scan} label={words.copyScan} />
          </div>
        </div>
        <div>
          <h3>{words.who}</h3>
          <ul>
            {flag.askers.map((it) => (
              <li key={`${it.token} ${it.sdk}`}>
                {words.asker(it.token, it.sdk)}: {words.calls(it.calls)}, {words.first}{" "}
                <Ago at={it.first_seen} />, {words.last} <Ago at={it.last_seen} />
              </li>
            ))}
          </ul>
        </div>
        <div className={classes.actions}>
          <Button variant="default" onClick={onClose}>
            {words.close}
          </Button>
          {archived ? (
            <Button
              renderRoot={(props) => (
                <Link
                  to="/projects/$project/environments/$environment/flags"
                  params={{ project, environment }}
                  search={{ q: flag.key, state: "archived" }}
                  {...props}
                />
              )}
            >
              {words.showArchived}
            </Button>
          ) : (
            <Button onClick={onMake} disabled={archived === undefined}>
              {words.make}
            </Button>
          )}
        </div>
      </div>
    </Modal>
  );
}

/** Asked of the archive's list: a question for one flag that does not exist would be an error. */
function useIsArchived(project: string, key: string): boolean | undefined {
  return useQuery({
    queryKey: ["project", project, "archived", key],
    queryFn: async ({ signal }) => {
      try {
        const request = api.GET("/api/v1/projects/{project}/flags", {
          params: { path: { project }, query: { state: "archived", q: key, limit: 200 } },
          signal,
        });
        return (await call(request)).data.items.some((it) => it.key === key);
      } catch (error) {
        // A key that no flag can have is that of none.
        if (hasStatus(error, 400)) {
          return false;
        }
        throw error;
      }
    },
  }).data;
}

function askersOf({ askers }: UnknownFlag): string {
  const [first] = askers;
  if (first === undefined) {
    return "";
  }
  const named = words.asker(first.token, first.sdk);
  return askers.length === 1 ? named : `${named} ${words.others(askers.length - 1)}`;
}

function lastAsked({ askers }: UnknownFlag): string | undefined {
  return askers
    .map(({ last_seen }) => last_seen)
    .toSorted()
    .at(-1);
}
