/** The programs that follow an environment, and how far a revision has come among them. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, call, type Schemas } from "@/api/client";
import { pageOptions } from "@/design/paged";
import { liveKey } from "@/live/changes";

export type Propagation = Schemas["Propagation"];
export type FollowingSdk = Schemas["FollowingSdk"];

const EVERY_MS = 1_000;
/** Who has not confirmed by then is asked about less often. */
const SLOWER_EVERY_MS = 5_000;
const SLOWER_AFTER_MS = 60_000;
const SILENT_SHOWN = 20;
const MOST_SDKS = 10_000;
const LIST_EVERY_MS = 5_000;

/** How far one revision has come; asked again until everybody has confirmed it. */
export function propagationQuery(project: string, environment: string, revision: number) {
  const began = Date.now();
  return queryOptions({
    queryKey: ["project", project, "propagation", environment, revision],
    queryFn: ({ signal }) => readSdks(project, environment, SILENT_SHOWN, signal, revision),
    refetchInterval: ({ state: { data } }) => {
      if (data !== undefined && data.confirmed >= data.sdks) {
        return false;
      }
      return Date.now() - began < SLOWER_AFTER_MS ? EVERY_MS : SLOWER_EVERY_MS;
    },
    staleTime: 0,
  });
}

/** All of an environment's programs, the silent ones first. */
export function sdksQuery(project: string, environment: string) {
  return queryOptions({
    queryKey: [...liveKey(project, environment), "sdks"],
    queryFn: ({ signal }) => readSdks(project, environment, MOST_SDKS, signal),
    // Programs come, go and confirm without a change of any flag.
    refetchInterval: LIST_EVERY_MS,
  });
}

async function readSdks(
  project: string,
  environment: string,
  limit: number,
  signal: AbortSignal,
  revision?: number,
): Promise<Propagation> {
  const request = api.GET("/api/v1/projects/{project}/environments/{environment}/sdks", {
    params: {
      path: { project, environment },
      query: { limit, ...(revision !== undefined && { revision }) },
    },
    signal,
  });
  return (await call(request)).data;
}

export type UnknownFlag = Schemas["UnknownFlag"];

const UNKNOWN_PAGE_SIZE = 200;

/** Flags that programs ask for and that do not exist, or are archived. */
export function unknownFlagsQuery(project: string, environment: string) {
  return infiniteQueryOptions({
    ...pageOptions,
    queryKey: [...liveKey(project, environment), "unknown-flags"],
    queryFn: async ({ pageParam, signal }) => {
      const request = api.GET(
        "/api/v1/projects/{project}/environments/{environment}/unknown-flags",
        {
          params: {
            path: { project, environment },
            query: { limit: UNKNOWN_PAGE_SIZE, ...(pageParam && { cursor: pageParam }) },
          },
          signal,
        },
      );
      return (await call(request)).data;
    },
    // Programs tell once a minute whom they asked for.
    refetchInterval: 30_000,
  });
}

/** How many programs run which SDK, the most common first. */
export function versionsOf(items: readonly FollowingSdk[]): { sdk: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { sdk } of items) {
    counts.set(sdk, (counts.get(sdk) ?? 0) + 1);
  }
  return [...counts]
    .map(([sdk, count]) => ({ sdk, count }))
    .toSorted((a, b) => b.count - a.count || (a.sdk < b.sdk ? -1 : 1));
}

export type SdkState = "confirmed" | "owes" | "lost";

export function stateOf({ connected, silent_since }: FollowingSdk): SdkState {
  if (!connected) {
    return "lost";
  }
  return silent_since == null ? "confirmed" : "owes";
}
