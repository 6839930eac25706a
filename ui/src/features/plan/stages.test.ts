import { describe, expect, it } from "vitest";
import type { PlanView } from "@/features/plan/plan";
import { bakedShare, stageStates } from "@/features/plan/stages";

const NOW = Date.parse("2026-11-23T12:00:00Z");

function view(partial: Partial<PlanView>): PlanView {
  const stage = (name: string, bake_minutes: number) => ({
    name,
    audience: { threshold: 5_000 },
    bake_minutes,
  });
  return {
    plan: { stages: [stage("a", 10), stage("b", 20), stage("c", 30), stage("d", 0)] },
    status: "running",
    stage: 1,
    baked_seconds: 300,
    approved: false,
    waits: [{ reason: "baking", seconds: 900 }],
    blocked: [],
    held: [],
    admissions: 0,
    decisions: [],
    tenants: [],
    created_at: "",
    updated_at: "",
    ...partial,
  };
}

describe("where a plan stands", () => {
  it("tells what is done, what is under way, and when the rest comes at the earliest", () => {
    const decision = { number: 3, kind: "advance", from: 0, to: 1, actor: "x", reason: null };
    const states = stageStates(
      view({ decisions: [{ ...decision, at: "2026-11-23T11:55:00Z" } as never] }),
      NOW,
    );
    expect(states.map(({ state, earliest, enteredAt }) => [state, earliest, enteredAt])).toEqual([
      ["done", undefined, undefined],
      ["current", undefined, "2026-11-23T11:55:00Z"],
      ["coming", 900, undefined],
      ["coming", 2_700, undefined],
    ]);
  });

  it("counts from the beginning of one that has not begun", () => {
    const start = view({ stage: null, waits: [{ reason: "start", at: "2026-11-23T12:01:00Z" }] });
    expect(stageStates(start, NOW).map(({ earliest }) => earliest)).toEqual([
      60, 660, 1_860, 3_660,
    ]);
  });

  it("promises nothing while it is paused", () => {
    const states = stageStates(view({ status: "paused", waits: [] }), NOW);
    expect(states.map(({ earliest }) => earliest)).toEqual(new Array(4).fill(undefined));
  });

  it("has done all stages that were entered once it is finished", () => {
    const states = stageStates(view({ status: "finished", waits: [] }), NOW);
    expect(states.map(({ state }) => state)).toEqual(["done", "done", "coming", "coming"]);
  });
});

it("tells how much of the stage's time is over", () => {
  expect(bakedShare(view({}))).toBe(0.25);
  expect(bakedShare(view({ stage: null }))).toBe(0);
  expect(bakedShare(view({ stage: 3 }))).toBe(1);
  expect(bakedShare(view({ baked_seconds: 99_999 }))).toBe(1);
});
