/** Rollouts by plan: pages, and what stands for them in the navigation. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavigationEntry } from "@/app/navigation";
import { environmentRoute } from "@/app/routes/base";
import { StepsIcon } from "@/design/icons";
import { shellText } from "@/text/shell";

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

interface RolloutsSearch {
  show?: PlanFilter;
}

const rolloutsRoute = createRoute({
  getParentRoute: () => environmentRoute,
  path: "/rollouts",
  validateSearch: ({ show }: Record<string, unknown>): RolloutsSearch => ({
    ...(isFilter(show) && show !== "all" && { show }),
  }),
  component: lazyRouteComponent(() => import("@/app/rollouts-route"), "RolloutsRoute"),
});

export const inEnvironment = [rolloutRoute, rolloutsRoute] as const;
export const inProject = [] as const;

export const entries: readonly NavigationEntry[] = [
  {
    label: shellText.pages.rollouts,
    to: "/projects/$project/environments/$environment/rollouts",
    icon: StepsIcon,
    group: "flags",
    keys: "g r",
  },
];

function isFilter(value: unknown): value is PlanFilter {
  return PLAN_FILTERS.some((it) => it === value);
}

/** Named here, and not with the queries, so that the first load has no part in those. */
const PLAN_FILTERS = ["all", "active", "draft", "ended"] as const;
type PlanFilter = (typeof PLAN_FILTERS)[number];
