import { describe, expect, it } from "vitest";
import { draftOf, fieldOf, newStage, planOf } from "@/features/plan/draft";
import type { Plan } from "@/features/plan/plan";
import { planText } from "@/text/plan";

const plan: Plan = {
  stages: [
    {
      name: "internal",
      audience: { segments: ["internal", "friends"] },
      bake_minutes: 60,
      advance: "automatic",
    },
    {
      name: "ten small ones",
      audience: {
        cohort: {
          size: { tenants: 10 },
          never: ["banks"],
          small_first: true,
          max_share_of_requests: 5_000,
        },
      },
      bake_minutes: 2_880,
      advance: "approval",
    },
    {
      name: "a twentieth of the requests",
      audience: {
        cohort: { size: { share_of_requests: 5_000 }, never: [], small_first: false },
      },
      bake_minutes: 0,
      advance: "automatic",
    },
    { name: "a bit", audience: { threshold: 12_345 }, bake_minutes: 95, advance: "automatic" },
  ],
  start_at: "2026-12-01T08:00:00.000Z",
  freezes: [
    { reason: "weekend", tenants: [], weekly: { from: "fri 16:00", to: "mon 08:00" } },
    {
      reason: "year's end",
      tenants: ["acme"],
      once: { from: "2026-12-20T00:00:00.000Z", to: "2027-01-04T00:00:00.000Z" },
    },
  ],
  guard: {
    metrics: [
      "latency",
      { query: { name: "queue", query: "q[$window]", tenant_label: "customer", above: 0.5 } },
    ],
    alpha: 0.05,
    on_harm: "roll_back",
    on_silence: "roll_back",
  },
};

describe("a plan in the fields", () => {
  it("comes out as it went in", () => {
    expect(planOf(draftOf(plan))).toEqual({ plan, errors: {} });
  });

  it("comes out without a guard, without a start and without freezes", () => {
    const { guard: _, start_at: __, ...rest } = plan;
    const bare = { ...rest, freezes: [] };
    expect(planOf(draftOf(bare)).plan).toEqual(bare);
  });

  it("is none while a number or a time is missing, and says where", () => {
    const draft = draftOf(plan);
    const stage = { ...newStage("x", 1), percent: "", bake: "soon" };
    const freezes = draft.freezes.map((it) => ({ ...it, onceTo: "" }));
    expect(planOf({ ...draft, stages: [stage], freezes, alpha: "" })).toEqual({
      errors: {
        "stages.0.percent": planText.editor.needsNumber,
        "stages.0.bake": planText.editor.needsNumber,
        "freezes.1.onceTo": planText.editor.needsTime,
        alpha: planText.editor.needsNumber,
      },
    });
  });
});

describe("what the server says", () => {
  it.each([
    ["stages[1].audience.cohort.size.tenants", "stages.1.tenants"],
    ["stages[1].audience.cohort.never[0]", "stages.1.never"],
    ["stages[1].audience.cohort.max_share_of_requests", "stages.1.mostRequests"],
    ["stages[2].audience.cohort.size.share_of_requests", "stages.2.percent"],
    ["stages[0].audience.segments[1]", "stages.0.segments"],
    ["stages[3].audience.threshold", "stages.3.percent"],
    ["stages[3].bake_minutes", "stages.3.bake"],
    ["stages[0]", "stages.0.name"],
    ["stages", "plan"],
    ["freezes[1].once.to", "freezes.1.onceTo"],
    ["freezes[0].weekly.to", "freezes.0.toTime"],
    ["freezes[1].tenants[0]", "freezes.1.tenants"],
    ["freezes[1]", "freezes.1.reason"],
    ["guard.alpha", "alpha"],
    ["guard.metrics", "metrics"],
    ["guard.metrics[0]", "metrics"],
    ["guard.metrics[1].query.tenant_label", "queries.0.tenantLabel"],
    ["guard.metrics[1]", "queries.0.name"],
    ["else", undefined],
  ])("of %s leads to %s", (path, field) => {
    expect(fieldOf(path, draftOf(plan))).toBe(field);
  });
});
