/** The roster: all tenants, found, sorted and filtered by the server, however many there are. */
import { ActionIcon, Button, Menu, VisuallyHidden } from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { BuildingIcon, DotsIcon, PlusIcon, SearchIcon } from "@/design/icons";
import { ChangedBar, ListPanel, ListSkeleton, ListToolbar } from "@/design/list-panel";
import { Notice } from "@/design/notice";
import { PageHeader } from "@/design/page-header";
import { refreshPaged, useBeginAnew, usePaged } from "@/design/paged";
import { prefetch } from "@/design/prefetch";
import { QueryError, StaleBanner } from "@/design/query-error";
import { reasonOf } from "@/design/refusal";
import { SearchField } from "@/design/search-field";
import { toastRefused, toastSaved } from "@/features/flags/changed-toast";
import { useNearestEnvironment } from "@/features/projects/place";
import { commonAttributes } from "@/features/tenants/attributes";
import { RosterFilters } from "@/features/tenants/roster-filters";
import { RosterList } from "@/features/tenants/roster-list";
import {
  attributesQuery,
  learnTenants,
  type RosterView,
  rosterKey,
  tenantsQuery,
} from "@/features/tenants/tenants";
import { useLogged } from "@/live/log";
import { commonText } from "@/text/common";
import { tenantsText } from "@/text/tenants";
import classes from "./roster.module.css";

export interface RosterSearch extends RosterView {
  /** Attributes that have a column; absent: those that most tenants have. */
  columns?: string[];
}

interface RosterPageProps {
  project: string;
  view: RosterSearch;
  /** Changes the whole view; `replace` for what is no step to go back to. */
  onView: (view: RosterSearch, replace?: boolean) => void;
}

const words = tenantsText;
const COMMON_COLUMNS = 3;

const importModule = () => import("@/features/tenants/import-dialog");
const ImportDialog = lazy(async () => ({ default: (await importModule()).ImportDialog }));
const formModule = () => import("@/features/tenants/tenant-form");
const TenantForm = lazy(async () => ({ default: (await formModule()).TenantForm }));

export function RosterPage({ project, view, onView }: RosterPageProps) {
  useDocumentTitle(commonText.pageTitle(words.title));
  const client = useQueryClient();
  const navigate = useNavigate();
  const environment = useNearestEnvironment();
  const [importing, importDialog] = useDisclosure(false);
  const [adding, addDialog] = useDisclosure(false);
  const [changed, setChanged] = useState(false);

  const { columns: chosen, ...listView } = view;
  const options = tenantsQuery(project, listView, environment?.key);
  // Without the environment the list would be read twice.
  const query = useInfiniteQuery({ ...options, enabled: environment !== undefined });
  const { rows, more } = usePaged(query);
  const beginAnew = useBeginAnew(options.queryKey);
  const filtered = view.q !== undefined || view.attribute !== undefined;
  const total = query.data?.pages.at(-1)?.total;
  const { data: known = [] } = useQuery(attributesQuery(project));
  const columns = chosen ?? commonAttributes(known, COMMON_COLUMNS);

  useLogged((done) => {
    if (done.some("tenant")) {
      void refreshPaged(client, rosterKey(project)).then(setChanged);
    }
  });
  const refresh = () => void refreshPaged(client, rosterKey(project)).then(setChanged);

  const learn = useMutation({
    mutationFn: (key: string) => learnTenants(project, key),
    onSuccess: ({ added, changed: others }) => {
      toastSaved("roster", words.learnDone(added, others));
      refresh();
    },
    onError: (error) => toastRefused("roster", reasonOf(error)),
  });

  const importButton = (primary: boolean) => (
    <Button
      variant={primary ? "filled" : "default"}
      onClick={importDialog.open}
      onPointerEnter={() => prefetch(importModule)}
      onFocus={() => prefetch(importModule)}
    >
      {words.import}
    </Button>
  );

  return (
    <>
      <PageHeader
        title={words.title}
        description={words.description}
        actions={
          <>
            {environment !== undefined && (
              <Menu position="bottom-end">
                <Menu.Target>
                  <ActionIcon variant="default" size={36} aria-label={words.more}>
                    <DotsIcon />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => learn.mutate(environment.key)}>
                    {words.learnIn(environment.name)}
                  </Menu.Item>
                  <Menu.Item
                    onClick={() =>
                      void navigate({
                        to: "/projects/$project/environments/$environment/compare",
                        params: { project, environment: environment.key },
                      })
                    }
                  >
                    {words.compare.title}
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
            {importButton(false)}
            <Button
              leftSection={<PlusIcon />}
              onClick={addDialog.open}
              onPointerEnter={() => prefetch(formModule)}
              onFocus={() => prefetch(formModule)}
            >
              {words.add}
            </Button>
          </>
        }
      />
      <ListToolbar>
        <SearchField
          value={view.q ?? ""}
          label={words.search}
          onSearch={(q) => {
            const { q: _, ...rest } = view;
            onView(q.trim() === "" ? rest : { ...rest, q }, true);
          }}
        />
        {total !== undefined && rows?.length !== 0 && (
          <span className={classes.count}>{words.count(total)}</span>
        )}
        <RosterFilters known={known} columns={columns} view={view} onView={onView} />
      </ListToolbar>
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
        {rows?.length === 0 && !filtered && (
          <Notice
            icon={<BuildingIcon size={20} />}
            title={words.noneTitle}
            action={importButton(true)}
          >
            {words.none}
          </Notice>
        )}
        {rows?.length === 0 && filtered && (
          <Notice
            icon={<SearchIcon size={20} />}
            title={words.noMatchTitle}
            action={
              <Button
                variant="default"
                onClick={() => {
                  const { q: _q, attribute: _a, value: _v, ...rest } = view;
                  onView(rest);
                }}
              >
                {words.clear}
              </Button>
            }
          >
            {words.noMatch}
          </Notice>
        )}
        {rows !== undefined && rows.length > 0 && environment !== undefined && (
          <RosterList
            project={project}
            environment={environment.key}
            tenants={rows}
            total={total}
            more={more}
            columns={columns}
            view={view}
            stale={query.isPlaceholderData}
            onView={onView}
          />
        )}
      </ListPanel>
      <VisuallyHidden role="status">
        {total !== undefined && !query.isPlaceholderData && words.count(total)}
      </VisuallyHidden>
      <Suspense fallback={null}>
        {importing && (
          <ImportDialog project={project} onClose={importDialog.close} onDone={refresh} />
        )}
        {adding && (
          <TenantForm
            project={project}
            known={known}
            onClose={addDialog.close}
            onSaved={() => {
              addDialog.close();
              refresh();
            }}
          />
        )}
      </Suspense>
    </>
  );
}
