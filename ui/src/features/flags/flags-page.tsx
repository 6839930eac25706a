/** An environment's flags: the page that Tenantry opens with. */
import { Button, VisuallyHidden } from "@mantine/core";
import { useDisclosure, useDocumentTitle, useInterval } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { FlagIcon, PlusIcon, SearchIcon } from "@/design/icons";
import { Notice } from "@/design/notice";
import { PageHeader } from "@/design/page-header";
import { prefetch } from "@/design/prefetch";
import { QueryError, StaleBanner } from "@/design/query-error";
import { FlagTable, FlagTableSkeleton } from "@/features/flags/flag-table";
import { FlagToolbar } from "@/features/flags/flag-toolbar";
import { type FlagFilter, type FlagView, flagsQuery } from "@/features/flags/flags";
import type { Environment } from "@/features/projects/projects";
import { commonText } from "@/text/common";
import { flagsText } from "@/text/flags";
import classes from "./flags-page.module.css";

interface FlagsPageProps {
  project: string;
  environments: readonly Environment[];
  environment: Environment;
  search: string;
  filter: FlagFilter;
  /** Changes a part of the address. */
  onView: (view: Partial<FlagView>) => void;
}

const words = flagsText;

/** Fetched when it is about to be needed. */
const dialogModule = () => import("@/features/flags/create-flag-dialog");
const CreateFlagDialog = lazy(async () => ({ default: (await dialogModule()).CreateFlagDialog }));

export function FlagsPage({
  project,
  environments,
  environment,
  search,
  filter,
  onView,
}: FlagsPageProps) {
  const [creating, dialog] = useDisclosure(false);
  const now = useMinute();
  useDocumentTitle(commonText.pageTitle(words.title, environment.name));
  const query = useInfiniteQuery(
    flagsQuery(project, { environment: environment.key, search, filter }),
  );
  const flags = query.data?.pages.flatMap((page) => page.items);
  const filtered = search !== "" || filter !== "active";

  return (
    <>
      <PageHeader
        title={words.title}
        actions={
          <Button
            leftSection={<PlusIcon />}
            onClick={dialog.open}
            onPointerEnter={() => prefetch(dialogModule)}
            onFocus={() => prefetch(dialogModule)}
          >
            {words.create}
          </Button>
        }
      />
      <FlagToolbar
        search={search}
        filter={filter}
        onSearch={(it) => onView({ search: it })}
        onFilter={(it) => onView({ filter: it })}
      />
      {query.isError && flags !== undefined && <StaleBanner onRetry={query.refetch} />}
      <section className={classes.list} aria-label={words.title}>
        {flags === undefined &&
          (query.isError ? (
            <QueryError error={query.error} onRetry={query.refetch} />
          ) : (
            <FlagTableSkeleton />
          ))}
        {flags?.length === 0 && !filtered && (
          <Notice
            icon={<FlagIcon size={20} />}
            title={words.noneTitle}
            action={
              <Button leftSection={<PlusIcon />} onClick={dialog.open}>
                {words.create}
              </Button>
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
              <Button variant="default" onClick={() => onView({ search: "", filter: "active" })}>
                {words.clearFilters}
              </Button>
            }
          >
            {words.noMatch}
          </Notice>
        )}
        {flags !== undefined && flags.length > 0 && (
          <FlagTable
            project={project}
            environment={environment}
            environments={environments}
            flags={flags}
            now={now}
            stale={query.isPlaceholderData}
          />
        )}
      </section>
      {flags !== undefined && flags.length > 0 && (
        <footer className={classes.footer}>
          <span>{words.loaded(flags.length, query.hasNextPage)}</span>
          {query.hasNextPage && (
            <Button
              variant="default"
              loading={query.isFetchingNextPage}
              onClick={() => query.fetchNextPage()}
            >
              {words.loadMore}
            </Button>
          )}
        </footer>
      )}
      {/* Said aloud when a search or a filter has found something else. */}
      <VisuallyHidden role="status">
        {flags !== undefined &&
          !query.isPlaceholderData &&
          words.loaded(flags.length, query.hasNextPage)}
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
