/** What is known around a flag: why it answers so, who asks for it, where code does, its past. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, call, type Schemas } from "@/api/client";
import { pageOptions } from "@/design/paged";
import type { Where } from "@/features/flag/flag";
import { liveKey } from "@/live/changes";

export type Explanation = Schemas["Explanation"];
export type AuditEntry = Schemas["AuditEntry"];
export type Usage = Schemas["FlagUsage"];

export interface Question {
  tenant: string;
  /** An instant of the past; now if absent. */
  at?: string | undefined;
  attributes: Record<string, unknown>;
}

export function explanationQuery({ project, environment, flag }: Where, question: Question) {
  const { tenant, at, attributes } = question;
  return queryOptions({
    queryKey: [...liveKey(project, environment), "explanation", flag, question],
    queryFn: async ({ signal }): Promise<Explanation> =>
      (
        await call(
          api.POST("/api/v1/projects/{project}/environments/{environment}/flags/{flag}/evaluate", {
            params: {
              path: { project, environment, flag },
              query: at === undefined ? {} : { at },
            },
            body: { tenant, attributes },
            signal,
          }),
        )
      ).data,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** How far back usage is shown, and in which steps. */
export const SPANS = {
  "3h": { hours: 3, step: "minute", ms: 60_000 },
  "24h": { hours: 24, step: "hour", ms: 3_600_000 },
  "7d": { hours: 168, step: "hour", ms: 3_600_000 },
  "30d": { hours: 720, step: "day", ms: 86_400_000 },
} as const;
export type Span = keyof typeof SPANS;

export function usageQuery({ project, environment, flag }: Where, span: Span) {
  const { hours, step } = SPANS[span];
  return queryOptions({
    queryKey: ["project", project, "usage", environment, flag, span],
    queryFn: async ({ signal }): Promise<Usage> =>
      (
        await call(
          api.GET("/api/v1/projects/{project}/environments/{environment}/flags/{flag}/usage", {
            params: { path: { project, environment, flag }, query: { hours, step, limit: 50 } },
            signal,
          }),
        )
      ).data,
    placeholderData: keepPreviousData,
    // Programs tell every minute.
    refetchInterval: 60_000,
  });
}

export function referencesQuery(project: string, flag: string) {
  return queryOptions({
    queryKey: ["project", project, "references", flag],
    queryFn: async ({ signal }) =>
      (
        await call(
          api.GET("/api/v1/projects/{project}/flags/{flag}/references", {
            params: { path: { project, flag }, query: { limit: 200 } },
            signal,
          }),
        )
      ).data,
  });
}

/** What keeps the flag from being removed. */
export function removalQuery(project: string, flag: string) {
  return queryOptions({
    queryKey: ["project", project, "removal", flag],
    staleTime: 0,
    queryFn: async ({ signal }) =>
      (
        await call(
          api.GET("/api/v1/projects/{project}/flags/{flag}/removal", {
            params: { path: { project, flag } },
            signal,
          }),
        )
      ).data,
  });
}

const HISTORY_PAGE = 30;

export function historyQuery({ project, flag }: Where, environment: string | undefined) {
  return infiniteQueryOptions({
    ...pageOptions,
    queryKey: [...liveKey(project), "history", flag, environment ?? null],
    queryFn: async ({ pageParam, signal }) =>
      (
        await call(
          api.GET("/api/v1/projects/{project}/audit", {
            params: {
              path: { project },
              query: {
                flag,
                limit: HISTORY_PAGE,
                ...(environment !== undefined && { environment }),
                ...(pageParam && { cursor: pageParam }),
              },
            },
            signal,
          }),
        )
      ).data,
  });
}

/** The newest change of the targeting: who made it. */
export function newestChangeQuery({ project, environment, flag }: Where, etag: string) {
  return queryOptions({
    queryKey: ["project", project, "newest-change", environment, flag, etag],
    queryFn: async ({ signal }) =>
      (
        await call(
          api.GET("/api/v1/projects/{project}/audit", {
            params: { path: { project }, query: { flag, environment, limit: 1 } },
            signal,
          }),
        )
      ).data.items[0],
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export async function revertTargeting(
  { project, environment, flag }: Where,
  { etag, ...body }: { to: number; reason?: string; demote: boolean; etag: string },
) {
  const request = api.POST(
    "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting/revert",
    { params: { path: { project, environment, flag }, header: { "If-Match": etag } }, body },
  );
  return (await call(request)).data;
}

export function segmentsQuery(project: string) {
  return queryOptions({
    queryKey: ["project", project, "segments", "names"],
    queryFn: async ({ signal }) =>
      (
        await call(
          api.GET("/api/v1/projects/{project}/segments", { params: { path: { project } }, signal }),
        )
      ).data.items,
  });
}

/** Flags whose key or name has a part. */
export function flagSearchQuery(project: string, q: string) {
  return queryOptions({
    queryKey: ["project", project, "flag-search", q],
    queryFn: async ({ signal }) =>
      (
        await call(
          api.GET("/api/v1/projects/{project}/flags", {
            params: { path: { project }, query: { limit: 10, ...(q !== "" && { q }) } },
            signal,
          }),
        )
      ).data.items,
    placeholderData: keepPreviousData,
  });
}
