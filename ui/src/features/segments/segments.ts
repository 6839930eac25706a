/** Segments: named sets of tenants, listed or by conditions over the roster. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, call, type Schemas } from "@/api/client";
import { pageOptions } from "@/design/paged";
import type { Condition } from "@/features/conditions/operators";

export type Segment = Schemas["Segment"];
export type SegmentUse = Schemas["SegmentUse"];

const PAGE_SIZE = 200;
/** So many of the largest are named. */
const PREVIEWED = 8;

export const segmentsKey = (project: string) => ["project", project, "segments"];

export function segmentsQuery(project: string) {
  return queryOptions({
    queryKey: [...segmentsKey(project), "list"],
    queryFn: async ({ signal }) => {
      const request = api.GET("/api/v1/projects/{project}/segments", {
        params: { path: { project } },
        signal,
      });
      return (await call(request)).data.items;
    },
  });
}

export function segmentQuery(project: string, segment: string) {
  return queryOptions({
    queryKey: [...segmentsKey(project), "one", segment],
    queryFn: async ({ signal }) => {
      const request = api.GET("/api/v1/projects/{project}/segments/{segment}", {
        params: { path: { project, segment } },
        signal,
      });
      return (await call(request)).data;
    },
  });
}

/** A segment's members, page by page, by key. */
export function membersQuery(project: string, segment: string) {
  return infiniteQueryOptions({
    ...pageOptions,
    // Not below the segments' own key: a long list is not read again whenever anything changes.
    queryKey: ["project", project, "members", segment],
    queryFn: async ({ pageParam, signal }) => {
      const request = api.GET("/api/v1/projects/{project}/segments/{segment}/members", {
        params: {
          path: { project, segment },
          query: { limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) },
        },
        signal,
      });
      return (await call(request)).data;
    },
  });
}

/** What the server takes: a condition is written without what its operator does not use. */
const sent = (conditions: readonly Condition[]) => conditions as Schemas["Condition"][];

export type SegmentPreview = Schemas["SegmentPreview"];

/** Whom conditions mean, before they are saved; of a segment also who would come and go. */
export function previewQuery(
  project: string,
  conditions: readonly Condition[],
  segment: string | undefined,
) {
  return queryOptions({
    queryKey: [...segmentsKey(project), "preview", segment, conditions],
    queryFn: async ({ signal }) => {
      const request = api.POST("/api/v1/projects/{project}/segment-preview", {
        params: { path: { project } },
        body: {
          conditions: sent(conditions),
          limit: PREVIEWED,
          ...(segment !== undefined && { segment }),
        },
        signal,
      });
      return (await call(request)).data;
    },
    // The old count stays while the new one comes, instead of a flicker at each change.
    placeholderData: keepPreviousData,
  });
}

export async function createSegment(
  project: string,
  segment: { key: string; name: string | null; conditions: readonly Condition[] | null },
): Promise<Segment> {
  const { key, name, conditions } = segment;
  const request = api.POST("/api/v1/projects/{project}/segments", {
    params: { path: { project } },
    body: {
      key,
      ...(name !== null && { name }),
      ...(conditions !== null && { conditions: sent(conditions) }),
    },
  });
  return (await call(request)).data;
}

export interface SegmentChange {
  name?: string;
  /** `null`: from now on a segment of listed tenants, with the members that it has. */
  conditions?: readonly Condition[] | null;
}

export async function updateSegment(
  project: string,
  segment: string,
  { name, conditions }: SegmentChange,
  demote: boolean,
): Promise<Segment> {
  const request = api.PATCH("/api/v1/projects/{project}/segments/{segment}", {
    params: { path: { project, segment }, query: { demote } },
    body: {
      ...(name !== undefined && { name }),
      ...(conditions !== undefined && { conditions: conditions && sent(conditions) }),
    },
  });
  return (await call(request)).data;
}

export async function deleteSegment(project: string, segment: string): Promise<void> {
  await call(
    api.DELETE("/api/v1/projects/{project}/segments/{segment}", {
      params: { path: { project, segment } },
    }),
  );
}

export async function addMembers(
  project: string,
  segment: string,
  tenants: string[],
  demote: boolean,
): Promise<Schemas["MembersChanged"]> {
  const request = api.POST("/api/v1/projects/{project}/segments/{segment}/members", {
    params: { path: { project, segment }, query: { demote } },
    body: { tenants },
  });
  return (await call(request)).data;
}

export async function removeMembers(
  project: string,
  segment: string,
  tenants: string[],
  demote: boolean,
): Promise<Schemas["MembersChanged"]> {
  const request = api.DELETE("/api/v1/projects/{project}/segments/{segment}/members", {
    params: { path: { project, segment }, query: { demote } },
    body: { tenants },
  });
  return (await call(request)).data;
}

/** Keys as they are pasted: one a line, or separated by commas; each once. */
export function keysOf(text: string): string[] {
  return [
    ...new Set(
      text
        .split(/[\n\r,;\t]+/)
        .map((key) => key.trim())
        .filter((key) => key !== ""),
    ),
  ];
}

export const SEGMENT_KEY = /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,128}$/;

/** A key made from a name. */
export function segmentKeyFrom(name: string): string {
  return name
    .normalize("NFKD")
    .replaceAll(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 128);
}
