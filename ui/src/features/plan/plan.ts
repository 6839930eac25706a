/**
 * A flag's plan in an environment: how to read it, what it would do, and the ways to change it.
 *
 * Invariants: a plan's commands are not shown before the server has carried them out, for they
 * turn tenants on and off; what it answers is shown at once.
 */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, call, type Schemas } from "@/api/client";
import { hasStatus } from "@/api/problem";
import { pageOptions } from "@/design/paged";
import { liveKey } from "@/live/changes";

export type Plan = Schemas["Plan"];
export type PlanView = Schemas["PlanView"];
export type Stage = Schemas["Stage"];
export type Audience = Schemas["Audience"];
export type Metric = Schemas["Metric"];
export type Freeze = Schemas["Freeze"];
export type GuardState = Schemas["GuardState"];
export type WatchState = Schemas["WatchState"];
export type TenantFigures = Schemas["TenantFigures"];
export type Decision = PlanView["decisions"][number];
export type Wait = PlanView["waits"][number];
export type Status = Schemas["Status"];
export type Admission = Schemas["Admission"];
export type PlanSummary = Schemas["PlanSummary"];
export type PlanPreview = Schemas["PlanPreview"];
export type Template = Schemas["Template"];

/** The server's own name as an actor. */
export const SYSTEM = "tenantry-server";

/** Where a plan is. */
export interface PlanPath {
  project: string;
  environment: string;
  flag: string;
}

/** A plan as it was at a moment of this device's clock. */
export interface SeenPlan {
  view: PlanView;
  etag: string;
  /** When the answer came, in milliseconds of this device's clock. */
  seenAt: number;
}

/** How often a plan is read again: the guard speaks every minute, time goes by all the time. */
const RUNNING_MS = 3_000;
const RESTING_MS = 15_000;
const LIST_MS = 5_000;
const ADMISSIONS_PAGE = 1_000;

const PATH = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan";

const PLANS = "/api/v1/projects/{project}/environments/{environment}/plans";

export const plansKey = (project: string, environment: string) => [
  ...liveKey(project, environment),
  "plans",
];

export const planKey = ({ project, environment, flag }: PlanPath) => [
  ...plansKey(project, environment),
  flag,
];

async function hasPlan({ project, environment, flag }: PlanPath, signal: AbortSignal) {
  const params = { path: { project, environment }, query: { flag } };
  return (await call(api.GET(PLANS, { params, signal }))).data.items.length > 0;
}

/** `null` if the flag has no plan here. */
export function planQuery(path: PlanPath) {
  return queryOptions({
    queryKey: planKey(path),
    queryFn: async ({ client, queryKey, signal }): Promise<SeenPlan | null> => {
      // Most flags have none, and a browser writes each 404 on its console.
      const known = client.getQueryData<SeenPlan | null>(queryKey);
      if (known == null && !(await hasPlan(path, signal))) {
        return null;
      }
      try {
        return seen(await call(api.GET(PATH, { params: { path }, signal })));
      } catch (error) {
        // Without the flag there is no page to show this on, so it is the plan that is missing.
        if (hasStatus(error, 404)) {
          return null;
        }
        throw error;
      }
    },
    refetchInterval: ({ state: { data } }) =>
      data?.view.status === "running" ? RUNNING_MS : RESTING_MS,
  });
}

/** The views of the list of plans. */
export const PLAN_FILTERS = ["all", "active", "draft", "ended"] as const;
export type PlanFilter = (typeof PLAN_FILTERS)[number];

const STATUSES: Record<PlanFilter, string | undefined> = {
  all: undefined,
  active: "running,paused",
  draft: "draft",
  ended: "finished,rolled_back",
};
const PLANS_PAGE = 100;

/** A page of plans, with when it came. */
interface PlanPage {
  items: (PlanSummary & { seenAt: number })[];
  next_cursor?: string | null;
}

/** Those under way first. */
export function plansQuery(project: string, environment: string, filter: PlanFilter) {
  return infiniteQueryOptions({
    queryKey: [...plansKey(project, environment), "list", filter],
    queryFn: async ({ pageParam, signal }): Promise<PlanPage> => {
      const status = STATUSES[filter];
      const query = {
        limit: PLANS_PAGE,
        ...(status !== undefined && { status }),
        ...(pageParam !== undefined && { cursor: pageParam }),
      };
      const params = { path: { project, environment }, query };
      const { data } = await call(api.GET(PLANS, { params, signal }));
      const seenAt = Date.now();
      return { ...data, items: data.items.map((it) => ({ ...it, seenAt })) };
    },
    ...pageOptions,
    placeholderData: keepPreviousData,
    // One page is a screenful; of more, only what is asked for is read again.
    refetchInterval: ({ state: { data } }) => (data?.pages.length === 1 ? LIST_MS : false),
  });
}

export const templatesQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "plan-templates"],
    queryFn: async ({ signal }) =>
      (
        await call(
          api.GET("/api/v1/projects/{project}/plan-templates", {
            params: { path: { project } },
            signal,
          }),
        )
      ).data.items,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The keys of segments, as suggestions. */
export const segmentKeysQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "segment-keys"],
    queryFn: async ({ signal }) => {
      const path = "/api/v1/projects/{project}/segments";
      const params = { path: { project } };
      const { data } = await call(api.GET(path, { params, signal }));
      return data.items.map(({ key }) => key);
    },
  });

/** Whom the stages to come would admit, of the plan as it is written here. */
export function previewQuery(path: PlanPath, plan: Plan | undefined) {
  return queryOptions({
    queryKey: [...planKey(path), "preview", JSON.stringify(plan)],
    queryFn: async ({ signal }): Promise<PlanPreview> => {
      if (plan === undefined) {
        throw new Error("there is no plan to preview");
      }
      return (await call(api.POST(`${PATH}/preview`, { params: { path }, body: plan, signal })))
        .data;
    },
    enabled: plan !== undefined,
    placeholderData: keepPreviousData,
  });
}

/** Not below the plan's own key: a list of many pages is not read again with every look at it. */
export const admissionsKey = ({ project, environment, flag }: PlanPath) => [
  "project",
  project,
  "plan-admissions",
  environment,
  flag,
];

/** The tenants of the roster that came to have the flag; `all` for those taken back, too. */
export function admissionsQuery(path: PlanPath, all: boolean) {
  return infiniteQueryOptions({
    queryKey: [...admissionsKey(path), all],
    queryFn: async ({
      pageParam,
      signal,
    }: {
      pageParam: string | undefined;
      signal: AbortSignal;
    }) =>
      (
        await call(
          api.GET(`${PATH}/admissions`, {
            params: {
              path,
              query: { all, limit: ADMISSIONS_PAGE, ...(pageParam && { cursor: pageParam }) },
            },
            signal,
          }),
        )
      ).data,
    ...pageOptions,
  });
}

/**
 * Who would lose the flag with the plan's newest stage, or with all of them, after its newest
 * decision. Not below the plan's own key: nothing but another decision makes the answer another one,
 * and after a step back there may be nothing left to ask about.
 */
export function retractionQuery(
  { project, environment, flag }: PlanPath,
  of: "step_back" | "roll_back",
  decision: number,
) {
  const path = { project, environment, flag };
  return queryOptions({
    queryKey: ["project", project, "plan-retraction", environment, flag, of, decision],
    queryFn: async ({ signal }) => {
      const params = { path, query: { of } };
      return (await call(api.GET(`${PATH}/retraction`, { params, signal }))).data;
    },
    // Asked anew each time that somebody is about to decide.
    staleTime: 0,
    gcTime: 0,
    placeholderData: keepPreviousData,
  });
}

/** What a person may tell a plan to do. */
export type Command =
  | { kind: "start" | "pause" | "resume" | "roll-back" | "finish"; reason: string }
  | { kind: "step-back"; reason: string; stage: SeenStage }
  | { kind: "approve"; reason: string; stage: SeenStage; override: boolean };

/** The stage that the person saw: the server refuses what was meant for another one. */
type SeenStage = number | null;

export async function commandPlan(path: PlanPath, command: Command): Promise<SeenPlan> {
  const reason = command.reason.trim();
  const given = reason === "" ? {} : { reason };
  const params = { path };
  switch (command.kind) {
    case "approve":
      return seen(
        await call(
          api.POST(`${PATH}/approve`, {
            params,
            body: { ...given, stage: command.stage, override: command.override },
          }),
        ),
      );
    case "start":
      return seen(await call(api.POST(`${PATH}/start`, { params, body: given })));
    case "pause":
      return seen(await call(api.POST(`${PATH}/pause`, { params, body: given })));
    case "resume":
      return seen(await call(api.POST(`${PATH}/resume`, { params, body: given })));
    case "step-back":
      return seen(
        await call(
          api.POST(`${PATH}/step-back`, { params, body: { ...given, stage: command.stage } }),
        ),
      );
    case "roll-back":
      return seen(await call(api.POST(`${PATH}/roll-back`, { params, body: given })));
    case "finish":
      return seen(await call(api.POST(`${PATH}/finish`, { params, body: given })));
  }
}

/** `version` is that of the plan to replace, or `*` to make the first. */
export async function savePlan(path: PlanPath, plan: Plan, version: string): Promise<SeenPlan> {
  const header = { "If-Match": version };
  return seen(await call(api.PUT(PATH, { params: { path, header }, body: plan })));
}

export async function deletePlan(path: PlanPath, version: string): Promise<void> {
  await call(api.DELETE(PATH, { params: { path, header: { "If-Match": version } } }));
}

/** Turns the flag off, for everybody by its switch or for one tenant, whatever its plan is at. */
export async function killFlag(
  path: PlanPath,
  reason: string,
  tenant?: string,
): Promise<Schemas["KilledFlag"]> {
  const address =
    "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting/kill";
  return (
    await call(
      api.POST(address, {
        params: { path },
        body: { reason, ...(tenant !== undefined && { tenant }) },
      }),
    )
  ).data;
}

/** Whether the plan has the flag in its hands. */
export function isUnderWay(status: Status): boolean {
  return status === "running" || status === "paused";
}

function seen({ data, response }: { data: PlanView; response: Response }): SeenPlan {
  const etag = response.headers.get("ETag");
  if (etag === null) {
    throw new Error("the server sent a plan without its version");
  }
  return { view: data, etag, seenAt: Date.now() };
}
