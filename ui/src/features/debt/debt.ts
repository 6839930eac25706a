/**
 * A project's debt: the report, how it grew, the proof that a flag can go, and what is done about it.
 *
 * The whole report is read at once and narrowed here, so that filters answer at once and the gate's
 * verdict is about the same flags as the numbers beside it.
 */
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, call, type Schemas } from "@/api/client";

export type Report = Schemas["Report"];
export type IndebtedFlag = Schemas["IndebtedFlag"];
export type Policy = Schemas["Policy"];
export type State = keyof Schemas["Summary"];

/** In the order of their weight, the heaviest first. */
export const STATES = [
  "overdue",
  "expired",
  "due",
  "over_extended",
  "ready",
  "unused",
  "unknown",
  "unowned",
] as const satisfies readonly State[];

export const SORTS = ["debt", "age", "key"] as const;
export type Sort = (typeof SORTS)[number];

/** What is shown of the report. */
export interface DebtView {
  state?: State;
  /** Empty for the flags that nobody owns. */
  owner?: string;
  tag?: string;
  sort?: Sort;
}

/** Expiry goes by days, and usage comes in by minutes. */
const REFRESH_MS = 30_000;

const debtKey = (project: string) => ["project", project, "debt"];

export function debtQuery(project: string) {
  return queryOptions({
    queryKey: [...debtKey(project), "report"],
    queryFn: async ({ signal }) => {
      const params = { path: { project } };
      return (await call(api.GET("/api/v1/projects/{project}/debt", { params, signal }))).data;
    },
    refetchInterval: REFRESH_MS,
  });
}

export function trendQuery(project: string) {
  return queryOptions({
    queryKey: [...debtKey(project), "trend"],
    queryFn: async ({ signal }) => {
      const params = { path: { project } };
      const address = "/api/v1/projects/{project}/debt/trend";
      return (await call(api.GET(address, { params, signal }))).data.items;
    },
  });
}

export function policyQuery(project: string) {
  return queryOptions({
    queryKey: [...debtKey(project), "policy"],
    queryFn: async ({ signal }) => {
      const params = { path: { project } };
      return (await call(api.GET("/api/v1/projects/{project}/debt/policy", { params, signal })))
        .data;
    },
  });
}

export function removalQuery(project: string, flag: string) {
  return queryOptions({
    queryKey: [...debtKey(project), "removal", flag],
    queryFn: async ({ signal }) => {
      const params = { path: { project, flag } };
      const address = "/api/v1/projects/{project}/flags/{flag}/removal";
      return (await call(api.GET(address, { params, signal }))).data;
    },
  });
}

export function referencesQuery(project: string, flag: string) {
  return queryOptions({
    queryKey: [...debtKey(project), "references", flag],
    queryFn: async ({ signal }) => {
      const params = { path: { project, flag } };
      const address = "/api/v1/projects/{project}/flags/{flag}/references";
      return (await call(api.GET(address, { params, signal }))).data;
    },
  });
}

export async function savePolicy(project: string, policy: Policy): Promise<Policy> {
  const params = { path: { project } };
  const address = "/api/v1/projects/{project}/debt/policy";
  return (await call(api.PUT(address, { params, body: policy }))).data;
}

export async function extendFlag(
  project: string,
  flag: string,
  body: Schemas["ExtendFlag"],
): Promise<void> {
  const params = { path: { project, flag } };
  await call(api.POST("/api/v1/projects/{project}/flags/{flag}/extend", { params, body }));
}

export async function archiveFlag(
  project: string,
  flag: string,
  body: { reason?: string; force: boolean; demote: boolean },
): Promise<void> {
  const params = { path: { project, flag } };
  await call(api.POST("/api/v1/projects/{project}/flags/{flag}/archive", { params, body }));
}

export async function refreshDebt(client: QueryClient, project: string): Promise<void> {
  await client.invalidateQueries({ queryKey: debtKey(project) });
}

/** The flags of a view, in its order. */
export function flagsOf(report: Report, { state, owner, tag, sort = "debt" }: DebtView) {
  const flags = report.flags.filter(
    (flag) =>
      (state === undefined || flag.states.includes(state)) &&
      (owner === undefined || (flag.owner ?? "") === owner) &&
      (tag === undefined || (flag.tags ?? []).includes(tag)),
  );
  const age = (flag: IndebtedFlag) => flag.days_past_expiry ?? Number.NEGATIVE_INFINITY;
  const debt = (flag: IndebtedFlag) => flag.debt ?? 0;
  const byKey = (a: IndebtedFlag, b: IndebtedFlag) => (a.key < b.key ? -1 : 1);
  const downwards = (a: number, b: number) => (a === b ? 0 : b > a ? 1 : -1);
  return flags.toSorted(
    (a, b) =>
      (sort === "debt" ? downwards(debt(a), debt(b)) : 0) ||
      (sort === "key" ? 0 : downwards(age(a), age(b))) ||
      byKey(a, b),
  );
}

/** All tags of the report, by name. */
export function tagsOf(report: Report): string[] {
  return [...new Set(report.flags.flatMap(({ tags }) => tags ?? []))].toSorted();
}
