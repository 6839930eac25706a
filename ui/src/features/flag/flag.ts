/**
 * One flag, as its page reads and changes it. What carries a version is kept with it: a change is
 * sent with the version that the reader saw.
 */
import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, call, type Schemas } from "@/api/client";
import { hasStatus } from "@/api/problem";
import { type Draft, draftOf } from "@/features/flag/draft";
import { refreshFlags } from "@/features/flags/flags";
import { liveKey } from "@/live/changes";

export type Flag = Schemas["Flag"];
export type Preview = Schemas["TargetingPreview"];

/** A flag in an environment. */
export interface Where {
  project: string;
  environment: string;
  flag: string;
}

export interface VersionedFlag {
  flag: Flag;
  etag: string;
}

export interface VersionedDraft {
  draft: Draft;
  etag: string;
}

export function flagQuery({ project, flag }: Where) {
  return queryOptions({
    queryKey: [...liveKey(project), "flag", flag],
    queryFn: async ({ signal }): Promise<VersionedFlag> => {
      const { data, response } = await call(
        api.GET("/api/v1/projects/{project}/flags/{flag}", {
          params: { path: { project, flag } },
          signal,
        }),
      );
      return { flag: data, etag: etagOf(response) };
    },
  });
}

export function targetingQuery({ project, environment, flag }: Where) {
  return queryOptions({
    queryKey: [...liveKey(project, environment), "targeting", flag],
    queryFn: async ({ signal }): Promise<VersionedDraft> => {
      const { data, response } = await call(
        api.GET("/api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting", {
          params: { path: { project, environment, flag } },
          signal,
        }),
      );
      return { draft: draftOf(data), etag: etagOf(response) };
    },
  });
}

/** So many names of each side are shown. */
const FLIPS_SHOWN = 50;

/**
 * Whom a patch of the present targeting would turn on and off; with `{}` who has the flag now. Asked
 * anew when the targeting was read anew, at `readAt`: not by itself, since a change that is told of
 * may have archived the flag.
 */
export function previewQuery(
  { project, environment, flag }: Where,
  patch: Partial<Draft>,
  readAt: number,
) {
  return queryOptions({
    queryKey: ["project", project, "preview", environment, flag, patch, readAt],
    queryFn: async ({ signal }): Promise<Preview> =>
      (
        await call(
          api.POST(
            "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting/preview",
            {
              params: { path: { project, environment, flag } },
              body: { patch: patch as Record<string, never>, limit: FLIPS_SHOWN },
              signal,
            },
          ),
        )
      ).data,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
    // A draft that is wrong stays wrong.
    retry: false,
  });
}

export interface Save {
  patch: Partial<Draft>;
  etag: string;
  reason: string;
  demote: boolean;
}

export interface Saved extends VersionedDraft {
  revision: number;
}

export async function saveTargeting({ project, environment, flag }: Where, save: Save) {
  const { data, response } = await call(
    api.PATCH("/api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting", {
      params: {
        path: { project, environment, flag },
        query: {
          ...(save.reason !== "" && { reason: save.reason }),
          ...(save.demote && { demote: true }),
        },
        header: { "If-Match": save.etag },
      },
      // A merge patch: the document's form, but only what is to change.
      body: save.patch as Draft,
    }),
  );
  return {
    draft: draftOf(data),
    etag: etagOf(response),
    revision: Number(response.headers.get("Tenantry-Revision")),
  } satisfies Saved;
}

export async function killFlag(where: Where, reason: string, tenant?: string) {
  const { project, environment, flag } = where;
  const request = api.POST(
    "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting/kill",
    {
      params: { path: { project, environment, flag } },
      body: { reason, ...(tenant !== undefined && { tenant }) },
    },
  );
  return (await call(request)).data;
}

export async function updateFlag(
  { project, flag }: Where,
  body: Schemas["UpdateFlag"],
  etag: string,
): Promise<Flag> {
  const request = api.PATCH("/api/v1/projects/{project}/flags/{flag}", {
    params: { path: { project, flag }, header: { "If-Match": etag } },
    body,
  });
  return (await call(request)).data;
}

export async function extendFlag({ project, flag }: Where, expires_on: string, reason: string) {
  const request = api.POST("/api/v1/projects/{project}/flags/{flag}/extend", {
    params: { path: { project, flag } },
    body: { expires_on, reason },
  });
  return (await call(request)).data;
}

export interface Archiving {
  reason: string;
  force: boolean;
  demote: boolean;
}

export async function archiveFlag({ project, flag }: Where, { reason, ...how }: Archiving) {
  const request = api.POST("/api/v1/projects/{project}/flags/{flag}/archive", {
    params: { path: { project, flag } },
    body: { ...how, ...(reason !== "" && { reason }) },
  });
  return (await call(request)).data;
}

export async function restoreFlag({ project, flag }: Where, reason: string) {
  const request = api.POST("/api/v1/projects/{project}/flags/{flag}/restore", {
    params: { path: { project, flag } },
    body: reason === "" ? null : { reason },
  });
  return (await call(request)).data;
}

/** Reads everything that shows this flag again, after a change of the reader's own. */
export async function refreshFlag(client: QueryClient, where: Where): Promise<void> {
  const { project, environment, flag } = where;
  await Promise.all([
    client.invalidateQueries({ queryKey: liveKey(project) }),
    client.invalidateQueries({ queryKey: liveKey(project, environment) }),
    refreshFlags(client, project, [flag]),
  ]);
}

/** What stands against a change while a plan is under way: who would lose what; else `undefined`. */
export function demotions(error: unknown): readonly string[] | undefined {
  return hasStatus(error, 409) && error.code === "demotes"
    ? error.problems.map(({ message }) => message)
    : undefined;
}

function etagOf(response: Response): string {
  const etag = response.headers.get("ETag");
  if (etag === null) {
    throw new Error("the server sent a document without its version");
  }
  return etag;
}
