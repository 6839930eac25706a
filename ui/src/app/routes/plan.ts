/** Rollouts by plan: pages, and what stands for them in the navigation. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavigationEntry } from "@/app/navigation";
import { environmentRoute } from "@/app/routes/base";

interface RolloutSearch {
  /** What is being written: `plan` for the present one, else a template's key. */
  edit?: string;
  /** Shows tenants, too, that were taken back. */
  admissions?: "all";
}

const rolloutRoute = createRoute({
  getParentRoute: () => environmentRoute,
  path: "/flags/$flag/rollout",
  validateSearch: ({ edit, admissions }: Record<string, unknown>): RolloutSearch => ({
    ...(typeof edit === "string" && edit !== "" && { edit }),
    ...(admissions === "all" && { admissions }),
  }),
  component: lazyRouteComponent(() => import("@/app/rollout-route"), "RolloutRoute"),
});

export const inEnvironment = [rolloutRoute] as const;
export const inProject = [] as const;

export const entries: readonly NavigationEntry[] = [];
