/** What a plan does, in one word. */
import type { PlanView } from "@/features/plan/plan";
import { rolloutText } from "@/text/rollout";
import classes from "./status-badge.module.css";

export function StatusBadge({ view }: { view: Pick<PlanView, "status" | "pause"> }) {
  const isHarm = view.pause === "harm" || view.pause === "trips";
  return (
    <span className={classes.badge} data-status={view.status} data-harm={isHarm || undefined}>
      {rolloutText.status[view.status]}
    </span>
  );
}
