/**
 * A plan as it is being written: what the fields hold, which may be no plan yet.
 *
 * Invariants: a plan that was read comes out as it went in; what the server says of a place in the
 * plan leads to the field that holds it. All times are UTC, as they are to the server.
 */
import type { Audience, Freeze, Metric, Plan, Stage } from "@/features/plan/plan";
import { THRESHOLD_PER_PERCENT } from "@/text/format";
import { planText } from "@/text/plan";

/** What a number's field holds: text while it is no number. */
export type NumberText = number | string;

export const AUDIENCES = [
  "segments",
  "threshold",
  "tenants",
  "share_of_tenants",
  "share_of_requests",
] as const;
export type AudienceKind = (typeof AUDIENCES)[number];

export interface StageDraft {
  key: string;
  name: string;
  kind: AudienceKind;
  segments: string[];
  percent: NumberText;
  tenants: NumberText;
  never: string[];
  /** The most of all requests, in percent; empty for no limit. */
  mostRequests: NumberText;
  smallFirst: boolean;
  bake: NumberText;
  bakeUnit: BakeUnit;
  advance: "automatic" | "approval";
}

export const BAKE_UNITS = ["minutes", "hours", "days"] as const;
export type BakeUnit = (typeof BAKE_UNITS)[number];
const MINUTES: Record<BakeUnit, number> = { minutes: 1, hours: 60, days: 1_440 };

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export interface FreezeDraft {
  key: string;
  reason: string;
  tenants: string[];
  kind: "weekly" | "once";
  /** `2026-12-24T00:00`, UTC. */
  onceFrom: string;
  onceTo: string;
  fromDay: string;
  fromTime: string;
  toDay: string;
  toTime: string;
}

export interface QueryDraft {
  key: string;
  name: string;
  query: string;
  tenantLabel: string;
  above: NumberText;
  below: NumberText;
}

export interface PlanDraft {
  stages: StageDraft[];
  /** `2026-12-24T08:00`, UTC; empty to begin at once. */
  startAt: string;
  freezes: FreezeDraft[];
  guarded: boolean;
  errors: boolean;
  latency: boolean;
  queries: QueryDraft[];
  /** The most that the chance of a false alarm may be, in percent. */
  alpha: NumberText;
  onHarm: "step_back" | "roll_back" | "pause";
  onSilence: "hold" | "roll_back";
}

let keys = 0;
/** For the list of a form: names an item however it is moved. */
function newKey(): string {
  keys += 1;
  return `item-${keys}`;
}

export function newStage(name: string, percent: number): StageDraft {
  return {
    key: newKey(),
    name,
    kind: "threshold",
    segments: [],
    percent,
    tenants: 10,
    never: [],
    mostRequests: "",
    smallFirst: false,
    bake: 1,
    bakeUnit: "hours",
    advance: "automatic",
  };
}

export function newFreeze(): FreezeDraft {
  return {
    key: newKey(),
    reason: "",
    tenants: [],
    kind: "weekly",
    onceFrom: "",
    onceTo: "",
    fromDay: "fri",
    fromTime: "16:00",
    toDay: "mon",
    toTime: "08:00",
  };
}

export function newQuery(): QueryDraft {
  return { key: newKey(), name: "", query: "", tenantLabel: "tenant", above: "", below: "" };
}

export function draftOf(plan: Plan): PlanDraft {
  const { guard } = plan;
  const metrics = guard?.metrics ?? ["errors"];
  return {
    stages: plan.stages.map(stageDraft),
    startAt: fieldTime(plan.start_at),
    freezes: (plan.freezes ?? []).map(freezeDraft),
    guarded: guard != null,
    errors: metrics.includes("errors"),
    latency: metrics.includes("latency"),
    queries: metrics.filter((it) => typeof it === "object").map(queryDraft),
    alpha: percentOf((guard?.alpha ?? 0.01) * 100),
    onHarm: guard?.on_harm ?? "step_back",
    onSilence: guard?.on_silence ?? "hold",
  };
}

function stageDraft({
  name,
  audience,
  bake_minutes = 30,
  advance = "automatic",
}: Stage): StageDraft {
  const unit = BAKE_UNITS.findLast((it) => bake_minutes > 0 && bake_minutes % MINUTES[it] === 0);
  const draft: StageDraft = {
    ...newStage(name, 10),
    bake: bake_minutes / MINUTES[unit ?? "minutes"],
    bakeUnit: unit ?? "minutes",
    advance,
  };
  if ("segments" in audience) {
    return { ...draft, kind: "segments", segments: audience.segments };
  }
  if ("threshold" in audience) {
    return { ...draft, kind: "threshold", percent: audience.threshold / THRESHOLD_PER_PERCENT };
  }
  const { size, never = [], max_share_of_requests, small_first = false } = audience.cohort;
  const limits = {
    never,
    mostRequests:
      max_share_of_requests == null ? "" : max_share_of_requests / THRESHOLD_PER_PERCENT,
    smallFirst: small_first,
  };
  if ("tenants" in size) {
    return { ...draft, ...limits, kind: "tenants", tenants: size.tenants };
  }
  return "share_of_tenants" in size
    ? {
        ...draft,
        ...limits,
        kind: "share_of_tenants",
        percent: size.share_of_tenants / THRESHOLD_PER_PERCENT,
      }
    : {
        ...draft,
        ...limits,
        kind: "share_of_requests",
        percent: size.share_of_requests / THRESHOLD_PER_PERCENT,
      };
}

function freezeDraft({ reason = "", tenants = [], once, weekly }: Freeze): FreezeDraft {
  const draft = { ...newFreeze(), reason, tenants };
  if (once != null) {
    return { ...draft, kind: "once", onceFrom: fieldTime(once.from), onceTo: fieldTime(once.to) };
  }
  const [fromDay = "fri", fromTime = ""] = weekly?.from.split(" ") ?? [];
  const [toDay = "mon", toTime = ""] = weekly?.to.split(" ") ?? [];
  return { ...draft, fromDay, fromTime, toDay, toTime };
}

function queryDraft(metric: Exclude<Metric, string>): QueryDraft {
  const { name, query, tenant_label = "tenant", above, below } = metric.query;
  return {
    key: newKey(),
    name,
    query,
    tenantLabel: tenant_label,
    above: above ?? "",
    below: below ?? "",
  };
}

export type DraftErrors = Record<string, string>;

/** The plan, unless a field holds what cannot be sent; what else is wrong with it the server says. */
export function planOf(draft: PlanDraft): { plan?: Plan; errors: DraftErrors } {
  const errors: DraftErrors = {};
  const number = (field: string, value: NumberText): number => {
    const parsed = numberOf(value);
    if (parsed === undefined) {
      errors[field] = planText.editor.needsNumber;
    }
    return parsed ?? 0;
  };
  const time = (field: string, value: string): string => {
    const at = new Date(`${value}Z`);
    if (value === "" || Number.isNaN(at.getTime())) {
      errors[field] = planText.editor.needsTime;
      return "";
    }
    return at.toISOString();
  };
  const plan: Plan = {
    stages: draft.stages.map((stage, index) => ({
      name: stage.name,
      audience: audienceOf(stage, (field, value) => number(`stages.${index}.${field}`, value)),
      bake_minutes: Math.round(
        number(`stages.${index}.bake`, stage.bake) * MINUTES[stage.bakeUnit],
      ),
      advance: stage.advance,
    })),
    ...(draft.startAt !== "" && { start_at: time("startAt", draft.startAt) }),
    freezes: draft.freezes.map((freeze, index) => ({
      reason: freeze.reason,
      tenants: freeze.tenants,
      ...(freeze.kind === "once"
        ? {
            once: {
              from: time(`freezes.${index}.onceFrom`, freeze.onceFrom),
              to: time(`freezes.${index}.onceTo`, freeze.onceTo),
            },
          }
        : {
            weekly: {
              from: `${freeze.fromDay} ${freeze.fromTime}`,
              to: `${freeze.toDay} ${freeze.toTime}`,
            },
          }),
    })),
    ...(draft.guarded && {
      guard: {
        metrics: metricsOf(draft, number),
        alpha: number("alpha", draft.alpha) / 100,
        on_harm: draft.onHarm,
        on_silence: draft.onSilence,
      },
    }),
  };
  return Object.keys(errors).length === 0 ? { plan, errors } : { errors };
}

function audienceOf(
  stage: StageDraft,
  number: (field: string, value: NumberText) => number,
): Audience {
  if (stage.kind === "segments") {
    return { segments: stage.segments };
  }
  if (stage.kind === "tenants") {
    return {
      cohort: { size: { tenants: number("tenants", stage.tenants) }, ...limitsOf(stage, number) },
    };
  }
  const share = Math.round(number("percent", stage.percent) * THRESHOLD_PER_PERCENT);
  if (stage.kind === "threshold") {
    return { threshold: share };
  }
  const size =
    stage.kind === "share_of_tenants" ? { share_of_tenants: share } : { share_of_requests: share };
  return { cohort: { size, ...limitsOf(stage, number) } };
}

function limitsOf(stage: StageDraft, number: (field: string, value: NumberText) => number) {
  return {
    never: stage.never,
    small_first: stage.smallFirst,
    ...(stage.mostRequests !== "" && {
      max_share_of_requests: Math.round(
        number("mostRequests", stage.mostRequests) * THRESHOLD_PER_PERCENT,
      ),
    }),
  };
}

function metricsOf(
  { errors, latency, queries }: PlanDraft,
  number: (field: string, value: NumberText) => number,
): Metric[] {
  return [
    ...(errors ? (["errors"] as const) : []),
    ...(latency ? (["latency"] as const) : []),
    ...queries.map((it, index) => ({
      query: {
        name: it.name,
        query: it.query,
        tenant_label: it.tenantLabel,
        ...(it.above !== "" && { above: number(`queries.${index}.above`, it.above) }),
        ...(it.below !== "" && { below: number(`queries.${index}.below`, it.below) }),
      },
    })),
  ];
}

/** The field that holds what the server speaks of; `undefined` if none does. */
export function fieldOf(path: string, draft: PlanDraft): string | undefined {
  const [, list, place, rest = ""] = /^(stages|freezes)\[(\d+)\]\.?(.*)$/.exec(path) ?? [];
  if (list === "stages") {
    return `stages.${place}.${stageField(rest, draft.stages[Number(place)])}`;
  }
  if (list === "freezes") {
    return `freezes.${place}.${freezeField(rest)}`;
  }
  const [, metric, field] = /^guard\.metrics\[(\d+)\](?:\.query\.(\w+))?/.exec(path) ?? [];
  if (metric !== undefined) {
    const query = Number(metric) - Number(draft.errors) - Number(draft.latency);
    return query < 0 ? "metrics" : `queries.${query}.${QUERY_FIELDS[field ?? ""] ?? "name"}`;
  }
  return FIELDS[path];
}

const FIELDS: Record<string, string> = {
  stages: "plan",
  freezes: "plan",
  start_at: "startAt",
  "guard.alpha": "alpha",
  "guard.metrics": "metrics",
};

const QUERY_FIELDS: Record<string, string> = {
  name: "name",
  query: "query",
  tenant_label: "tenantLabel",
  above: "above",
  below: "below",
};

function stageField(rest: string, stage: StageDraft | undefined): string {
  if (rest.startsWith("audience.cohort.never")) {
    return "never";
  }
  if (rest === "audience.cohort.max_share_of_requests") {
    return "mostRequests";
  }
  if (rest.startsWith("audience")) {
    const kind = stage?.kind ?? "threshold";
    return kind === "segments" || kind === "tenants" ? kind : "percent";
  }
  return rest === "bake_minutes" ? "bake" : "name";
}

function freezeField(rest: string): string {
  if (rest.startsWith("tenants")) {
    return "tenants";
  }
  if (rest.startsWith("once")) {
    return rest.endsWith("from") ? "onceFrom" : "onceTo";
  }
  if (rest.startsWith("weekly")) {
    return rest.endsWith("from") ? "fromTime" : "toTime";
  }
  return "reason";
}

function numberOf(value: NumberText): number | undefined {
  const number = typeof value === "number" ? value : Number(value.trim() || Number.NaN);
  return Number.isFinite(number) ? number : undefined;
}

/** Without the noise of binary fractions. */
function percentOf(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** An instant as a field for date and time holds it, in UTC. */
function fieldTime(instant: string | null | undefined): string {
  return instant == null ? "" : new Date(instant).toISOString().slice(0, 16);
}
