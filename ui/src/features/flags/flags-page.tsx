/** An environment's flags: the page that Tenantry opens with. */
import { Button, VisuallyHidden } from "@mantine/core";
import { useDisclosure, useDocumentTitle, useInterval } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState } from "react";
import { FlagIcon, PlusIcon, SearchIcon } from "@/design/icons";
import { Notice } from "@/design/notice";
import { PageHeader } from "@/design/page-header";
import { isShort, useBeginAnew, usePaged } from "@/design/paged";
import { prefetch } from "@/design/prefetch";
import { QueryError, StaleBanner } from "@/design/query-error";
import { debtQuery } from "@/features/debt/debt";
import { FlagTable, FlagTableSkeleton } from "@/features/flags/flag-table";
import { FlagToolbar } from "@/features/flags/flag-toolbar";
import { type FlagView, flagsQuery, USUAL_SORT } from "@/features/flags/flags";
import type { Environment } from "@/features/projects/projects";
import { commonText } from "@/text/common";
import { flagsText } from "@/text/flags";
import classes from "./flags-page.module.css";

interface FlagsPageProps {
  project: string;
  environments: readonly Environment[];
  environment: Environment;
  view: Omit<FlagView, "environment">;
  /** Changes a part of the address. */
  onView: (view: Partial<FlagView>) => void;
  /** Goes to a view as its address says. */
  onAddress: (search: Record<string, unknown>) => void;
  address: Record<string, unknown>;
}

const words = flagsText;

/** Fetched when it is about to be needed. */
const dialogModule = () => import("@/features/flags/create-flag-dialog");
const ViewsMenu = lazy(async () => ({
  default: (await import("@/features/flags/views-menu")).ViewsMenu,
}));
const BulkBar = lazy(async () => ({
  default: (await import("@/features/flags/bulk-bar")).BulkBar,
}));
const ChangedBar = lazy(async () => ({
  default: (await import("@/design/list-panel")).ChangedBar,
}));
const StartPanel = lazy(async () => ({
  default: (await import("@/features/start/start-panel")).StartPanel,
}));
const DEBT_REFRESH_MS = 300_000;
const CreateFlagDialog = lazy(async () => ({ default: (await dialogModule()).CreateFlagDialog }));

export function FlagsPage({
  project,
  environments,
  environment,
  view,
  onView,
  onAddress,
  address,
}: FlagsPageProps) {
  const { search, filter } = view;
  const [creating, dialog] = useDisclosure(false);
  const now = useMinute();
  useDocumentTitle(commonText.pageTitle(words.title, environment.name));
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [starting, setStarting] = useState(false);
  const full = { ...view, environment: environment.key };
  const options = flagsQuery(project, full);
  const query = useInfiniteQuery(options);
  const beginAnew = useBeginAnew(options.queryKey);
  const { rows: flags, more } = usePaged(query);
  const { data: report } = useQuery({ ...debtQuery(project), refetchInterval: DEBT_REFRESH_MS });
  const debt = useMemo(
    () => new Map(report?.flags.map((it) => [it.key, it.states]) ?? []),
    [report],
  );
  const total = query.data?.pages.at(-1)?.total;
  const chosen = flags?.filter(({ key }) => selected.has(key)) ?? [];
  const filtered =
    search !== "" ||
    filter !== "active" ||
    view.kind !== undefined ||
    view.owner !== undefined ||
    view.tag !== undefined;

  return (
    <>
      <PageHeader
        title={words.title}
        actions={
          <>
            {query.isFetched && (
              <Suspense fallback={null}>
                <ViewsMenu project={project} search={address} onOpen={onAddress} />
              </Suspense>
            )}
            <Button
              leftSection={<PlusIcon />}
              onClick={dialog.open}
              onPointerEnter={() => prefetch(dialogModule)}
              onFocus={() => prefetch(dialogModule)}
            >
              {words.create}
            </Button>
          </>
        }
      />
      <FlagToolbar
        view={full}
        owners={[...new Set(flags?.flatMap(({ owner }) => owner ?? []))]}
        tags={[...new Set(flags?.flatMap((flag) => flag.tags))]}
        onView={onView}
      />
      {query.isError && flags !== undefined && <StaleBanner onRetry={query.refetch} />}
      {query.isStale && !query.isFetching && !query.isError && !isShort({ state: query }) && (
        <Suspense fallback={null}>
          <ChangedBar onShow={() => void beginAnew()} />
        </Suspense>
      )}
      <section className={classes.list} aria-label={words.title}>
        {flags === undefined &&
          (query.isError ? (
            <QueryError error={query.error} onRetry={query.refetch} />
          ) : (
            <FlagTableSkeleton />
          ))}
        {starting && (
          <Suspense fallback={null}>
            <StartPanel
              project={project}
              environment={environment}
              onDone={() => setStarting(false)}
            />
          </Suspense>
        )}
        {flags?.length === 0 && !filtered && !starting && (
          <Notice
            icon={<FlagIcon size={20} />}
            title={words.noneTitle}
            action={
              <>
                <Button leftSection={<PlusIcon />} onClick={dialog.open}>
                  {words.create}
                </Button>
                <Button variant="default" onClick={() => setStarting(true)}>
                  {words.start}
                </Button>
              </>
            }
          >
            {words.none}
          </Notice>
        )}
        {flags?.length === 0 && filtered && (
          <Notice
            icon={<SearchIcon size={20} />}
            title={words.noMatchTitle}
            action={
              <Button variant="default" onClick={() => onAddress({})}>
                {words.clearFilters}
              </Button>
            }
          >
            {words.noMatch}
          </Notice>
        )}
        {flags !== undefined && flags.length > 0 && !starting && (
          <FlagTable
            project={project}
            environment={environment}
            environments={environments}
            flags={flags}
            more={more}
            total={total}
            debt={debt}
            now={now}
            stale={query.isPlaceholderData}
            selected={selected}
            onSelected={setSelected}
            sort={view.sort ?? USUAL_SORT}
            onSort={(sort) => onView({ sort })}
          />
        )}
      </section>
      {selected.size > 0 && (
        <Suspense fallback={null}>
          <BulkBar
            project={project}
            environment={environment}
            flags={chosen}
            onClear={() => setSelected(new Set())}
          />
        </Suspense>
      )}
      {/* Said aloud when a search or a filter has found something else. */}
      <VisuallyHidden role="status">
        {total !== undefined && !query.isPlaceholderData && words.count(total)}
      </VisuallyHidden>
      {creating && (
        <Suspense fallback={null}>
          <CreateFlagDialog project={project} onClose={dialog.close} now={now} />
        </Suspense>
      )}
    </>
  );
}

/** The time, kept true enough for words that count days. */
function useMinute(): Date {
  const [now, setNow] = useState(() => new Date());
  useInterval(() => setNow(new Date()), 60_000, { autoInvoke: true });
  return now;
}
