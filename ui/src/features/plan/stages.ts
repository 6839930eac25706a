/** Where a plan stands: its stages with when they came, and when the next ones come at the earliest. */
import type { PlanView, Stage } from "@/features/plan/plan";

export interface StageState {
  index: number;
  stage: Stage;
  state: "done" | "current" | "coming";
  /** When it was entered, for those that are. */
  enteredAt?: string;
  /** For those to come: how many seconds from now at the earliest, if nothing else is waited for. */
  earliest?: number;
}

/** In seconds. */
export function bakeSeconds({ bake_minutes = 30 }: Stage): number {
  return bake_minutes * 60;
}

/** What is left of the present stage's time, in seconds; of a plan that has not begun, of its start. */
export function secondsLeft(view: PlanView, now: number): number {
  for (const wait of view.waits) {
    if (wait.reason === "baking") {
      return wait.seconds;
    }
    if (wait.reason === "start") {
      return Math.max(0, (Date.parse(wait.at) - now) / 1_000);
    }
  }
  return 0;
}

export function stageStates(view: PlanView, now: number): StageState[] {
  const current = view.stage ?? -1;
  let earliest = view.status === "running" ? secondsLeft(view, now) : undefined;
  return view.plan.stages.map((stage, index) => {
    if (index <= current) {
      const enteredAt = enteredWhen(view, index);
      const over = index < current || view.status === "finished";
      return {
        index,
        stage,
        state: over ? "done" : "current",
        ...(enteredAt !== undefined && { enteredAt }),
      };
    }
    const mine = earliest;
    earliest = earliest === undefined ? undefined : earliest + bakeSeconds(stage);
    return { index, stage, state: "coming", ...(mine !== undefined && { earliest: mine }) };
  });
}

/** How much of a stage's time is over: 0 to 1. */
export function bakedShare(view: PlanView): number {
  const stage = view.stage == null ? undefined : view.plan.stages[view.stage];
  if (stage === undefined) {
    return 0;
  }
  const all = bakeSeconds(stage);
  return all === 0 ? 1 : Math.min(1, view.baked_seconds / all);
}

/** The newest entry into this stage. */
function enteredWhen({ decisions }: PlanView, stage: number): string | undefined {
  return decisions.find(({ kind, to }) => kind === "advance" && to === stage)?.at;
}
