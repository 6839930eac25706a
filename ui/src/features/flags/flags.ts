/**
 * The flags of a project, as lists in the query cache, and the ways to keep those lists true: a
 * row is replaced by its newest state wherever it is shown.
 *
 * Invariants: a flag whose change is under way is not replaced by what the server said before that
 * change; it is read again once the change is settled.
 */
import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
} from "@tanstack/react-query";
import { api, call, type Schemas } from "@/api/client";
import { hasStatus } from "@/api/problem";
import { isShort, refreshPaged } from "@/design/paged";
import { liveKey } from "@/live/changes";

export type Flag = Schemas["Flag"];
export type FlagEnvironment = Schemas["FlagEnvironment"];
type FlagPage = Schemas["FlagList"];
type FlagPages = InfiniteData<FlagPage, string | undefined>;

/** The views of the list; `active` is every flag that is not archived. */
export const FLAG_FILTERS = ["active", "on", "off", "due", "expired", "archived"] as const;
export type FlagFilter = (typeof FLAG_FILTERS)[number];

export const FLAG_KINDS = ["release", "experiment", "ops", "permission"] as const;
export type FlagKind = (typeof FLAG_KINDS)[number];

/** What the server can sort by, the largest first if a `-` stands before it. */
export const FLAG_SORTS = ["key", "name", "expires_on", "created_at", "updated_at"] as const;
export type FlagSortField = (typeof FLAG_SORTS)[number];
export type FlagSort = FlagSortField | `-${FlagSortField}`;
export const USUAL_SORT: FlagSort = "key";

export function isFlagSort(value: unknown): value is FlagSort {
  return FLAG_SORTS.some((it) => it === value || `-${it}` === value);
}

export interface FlagView {
  environment: string;
  search: string;
  filter: FlagFilter;
  kind?: FlagKind | undefined;
  owner?: string | undefined;
  tag?: string | undefined;
  /** By key if absent. */
  sort?: FlagSort | undefined;
}

/** With more flags changed at once than this, one list is cheaper than each by itself. */
const MOST_SINGLE_READS = 10;
const PAGE_SIZE = 200;

const listsKey = (project: string) => ["project", project, "flags"];

/** Names a flag's changes in an environment, to see whether one is under way. */
export const changeKey = (project: string, environment: string, flag: string) => [
  "change",
  project,
  environment,
  flag,
];

export function flagsQuery(project: string, view: FlagView) {
  const query = listQuery(view);
  return infiniteQueryOptions({
    queryKey: [...listsKey(project), query],
    queryFn: async ({ pageParam, signal }): Promise<FlagPage> =>
      (
        await call(
          api.GET("/api/v1/projects/{project}/flags", {
            params: {
              path: { project },
              query: { ...query, limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) },
            },
            signal,
          }),
        )
      ).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // Kept true by what the live connection says; a long list is read anew when its reader wants it.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: isShort,
    refetchOnWindowFocus: isShort,
    refetchOnReconnect: isShort,
    // The old rows stay while the new ones come, instead of a flicker at each key press.
    placeholderData: keepPreviousData,
  });
}

/** The environment is named only where the view depends on it, so that others share one list. */
function listQuery({ environment, search, filter, kind, owner, tag, sort }: FlagView) {
  const q = search.trim();
  return {
    ...(q !== "" && { q }),
    ...(kind !== undefined && { kind }),
    ...(owner !== undefined && { owner }),
    ...(tag !== undefined && { tag }),
    ...(sort !== undefined && { sort }),
    ...(filter === "archived" && { state: "archived" as const }),
    ...((filter === "due" || filter === "expired") && { expiry: filter }),
    ...((filter === "on" || filter === "off") && { environment, on: filter === "on" }),
  };
}

export function environmentOf(flag: Flag, environment: string): FlagEnvironment | undefined {
  return flag.environments.find((it) => it.environment === environment);
}

/** Reads the named flags again and shows them wherever they are listed. */
export async function refreshFlags(
  client: QueryClient,
  project: string,
  keys: readonly string[],
): Promise<void> {
  if (keys.length > MOST_SINGLE_READS) {
    await refreshLists(client, project);
    return;
  }
  const flags = await Promise.all(keys.map((key) => readFlag(project, key)));
  const known = flags
    .filter((it) => it !== undefined)
    .filter((it) => isListed(client, project, it));
  for (const flag of known) {
    updateFlag(client, project, flag.key, () => flag);
  }
  if (known.length < keys.length) {
    // New, gone or archived: which lists they belong to is the server's to say.
    await refreshLists(client, project);
  }
}

/** Shows what others changed in an environment. */
export async function followChange(
  client: QueryClient,
  project: string,
  { environment, keys }: { environment: string; keys: readonly string[] },
): Promise<void> {
  if (keys.length === 0) {
    // Anything may have changed.
    client.removeQueries({ queryKey: targetingsKey(project, environment) });
    await refreshLists(client, project);
    return;
  }
  const quiet = keys.filter((key) => !isChanging(client, project, environment, key));
  for (const key of quiet) {
    client.removeQueries({ queryKey: targetingKey(project, environment, key) });
  }
  await refreshFlags(client, project, quiet);
}

/** Whether more than `own` changes of this flag are under way. */
export function isChanging(
  client: QueryClient,
  project: string,
  environment: string,
  flag: string,
  own = 0,
): boolean {
  return client.isMutating({ mutationKey: changeKey(project, environment, flag) }) > own;
}

export async function refreshLists(client: QueryClient, project: string): Promise<void> {
  await refreshPaged(client, listsKey(project));
}

/** Shows what was done to flags themselves: names, owners and expiry are in no stream. */
export async function followLog(client: QueryClient, project: string): Promise<void> {
  await Promise.all([
    refreshLists(client, project),
    // A flag's page and its history.
    client.invalidateQueries({ queryKey: liveKey(project) }),
  ]);
}

/** Replaces one flag in every list that shows it. */
export function updateFlag(
  client: QueryClient,
  project: string,
  key: string,
  update: (flag: Flag) => Flag,
): void {
  client.setQueriesData<FlagPages>({ queryKey: listsKey(project) }, (list) =>
    list === undefined
      ? list
      : {
          ...list,
          pages: list.pages.map((page) =>
            page.items.some((flag) => flag.key === key)
              ? { ...page, items: page.items.map((it) => (it.key === key ? update(it) : it)) }
              : page,
          ),
        },
  );
}

export async function createFlag(project: string, body: Schemas["CreateFlag"]): Promise<Flag> {
  const request = api.POST("/api/v1/projects/{project}/flags", {
    params: { path: { project } },
    body,
  });
  return (await call(request)).data;
}

const targetingsKey = (project: string, environment: string) => [
  "project",
  project,
  "targeting",
  environment,
];

export const targetingKey = (project: string, environment: string, flag: string) => [
  ...targetingsKey(project, environment),
  flag,
];

/** `undefined` when the flag is gone. */
async function readFlag(project: string, flag: string): Promise<Flag | undefined> {
  try {
    const request = api.GET("/api/v1/projects/{project}/flags/{flag}", {
      params: { path: { project, flag } },
    });
    return (await call(request)).data;
  } catch (error) {
    if (hasStatus(error, 404)) {
      return undefined;
    }
    throw error;
  }
}

/** Whether some list shows this flag, and would still do so. */
function isListed(client: QueryClient, project: string, { key, archived_at }: Flag): boolean {
  return client
    .getQueriesData<FlagPages>({ queryKey: listsKey(project) })
    .flatMap(([, list]) => list?.pages ?? [])
    .flatMap((page) => page.items)
    .some((flag) => flag.key === key && (flag.archived_at == null) === (archived_at == null));
}
