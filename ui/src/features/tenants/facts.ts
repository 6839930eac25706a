/** What one tenant gets of every flag, and how two tenants differ. */
import { queryOptions } from "@tanstack/react-query";
import { api, call, type Schemas } from "@/api/client";
import { liveKey } from "@/live/changes";

export type TenantFlags = Schemas["TenantFlags"];
export type TenantFlag = Schemas["TenantFlag"];

export function tenantFlagsQuery(project: string, environment: string, tenant: string) {
  return queryOptions({
    queryKey: [...liveKey(project, environment), "tenant-flags", tenant],
    queryFn: async ({ signal }) => {
      const request = api.GET(
        "/api/v1/projects/{project}/environments/{environment}/tenants/{tenant}/flags",
        { params: { path: { project, environment, tenant } }, signal },
      );
      // The answer as a table is only for who asks for one.
      return (await call(request)).data as TenantFlags;
    },
  });
}

/** The same as a table that the server writes, for spreadsheets and tickets. */
export async function readTenantFlagsCsv(
  project: string,
  environment: string,
  tenant: string,
): Promise<string> {
  const request = api.GET(
    "/api/v1/projects/{project}/environments/{environment}/tenants/{tenant}/flags",
    {
      params: { path: { project, environment, tenant } },
      headers: { Accept: "text/csv" },
      parseAs: "text",
    },
  );
  return (await call<string>(request)).data;
}

export const ANSWERS = ["all", "on", "off"] as const;
export type Answer = (typeof ANSWERS)[number];

export interface FactsView {
  q: string;
  answer: Answer;
}

export function filterFacts(facts: readonly TenantFlag[], { q, answer }: FactsView): TenantFlag[] {
  const text = q.trim().toLowerCase();
  return facts.filter(
    (it) =>
      (answer === "all" || it.on === (answer === "on")) &&
      (text === "" ||
        `${it.flag}\n${it.why}\n${it.variant ?? ""}\n${it.since?.actor ?? ""}\n${it.since?.reason ?? ""}`
          .toLowerCase()
          .includes(text)),
  );
}

export interface Difference {
  flag: string;
  left: TenantFlag | undefined;
  right: TenantFlag | undefined;
  differs: boolean;
}

/** Flag by flag; both lists are sorted by key, and hold all flags but for one made meanwhile. */
export function compareFacts(
  left: readonly TenantFlag[],
  right: readonly TenantFlag[],
): Difference[] {
  const others = new Map(right.map((it) => [it.flag, it]));
  const own = new Set(left.map(({ flag }) => flag));
  return [
    ...left.map((it) => ({ flag: it.flag, left: it, right: others.get(it.flag) })),
    ...right
      .filter(({ flag }) => !own.has(flag))
      .map((it) => ({ flag: it.flag, left: undefined, right: it })),
  ]
    .map((it) => ({ ...it, differs: answerOf(it.left) !== answerOf(it.right) }))
    .toSorted((a, b) => (a.flag < b.flag ? -1 : 1));
}

/** What a tenant is answered: two different reasons for the same answer are no difference. */
function answerOf(fact: TenantFlag | undefined): string {
  return fact === undefined ? "" : `${fact.on} ${fact.variant ?? ""}`;
}

/** Turns a flag off for one tenant: it goes onto the block list. */
export async function killForTenant(
  project: string,
  environment: string,
  flag: string,
  tenant: string,
  reason: string,
): Promise<Schemas["KilledFlag"]> {
  const request = api.POST(
    "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting/kill",
    { params: { path: { project, environment, flag } }, body: { tenant, reason } },
  );
  return (await call(request)).data;
}
