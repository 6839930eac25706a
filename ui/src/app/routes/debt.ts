/** The debt: pages, and what stands for them in the navigation. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavigationEntry } from "@/app/navigation";
import { projectRoute } from "@/app/routes/base";
import { textOf } from "@/app/search";
import { HourglassIcon } from "@/design/icons";
import { shellText } from "@/text/shell";

const STATES = [
  "overdue",
  "expired",
  "due",
  "over_extended",
  "ready",
  "unused",
  "unknown",
  "unowned",
] as const;
const SORTS = ["debt", "age", "key"] as const;
const GATES = ["overdue", "expired", "due"] as const;

interface DebtSearch {
  state?: (typeof STATES)[number];
  /** Empty for the flags that nobody owns. */
  owner?: string;
  tag?: string;
  sort?: (typeof SORTS)[number];
  gate?: (typeof GATES)[number];
  flag?: string;
}

const pages = () => import("@/app/debt-routes");

const debtRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/debt",
  validateSearch: (search: Record<string, unknown>): DebtSearch => ({
    ...oneOf(search, "state", STATES),
    ...(search.owner !== undefined && { owner: String(search.owner) }),
    ...textOf(search, "tag"),
    ...oneOf(search, "sort", SORTS),
    ...oneOf(search, "gate", GATES),
    ...textOf(search, "flag"),
  }),
  component: lazyRouteComponent(pages, "DebtRoute"),
});

const policyRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/debt/policy",
  component: lazyRouteComponent(pages, "PolicyRoute"),
});

export const inEnvironment = [] as const;
export const inProject = [debtRoute, policyRoute] as const;

export const entries: readonly NavigationEntry[] = [
  {
    label: shellText.pages.debt,
    to: "/projects/$project/debt",
    icon: HourglassIcon,
    group: "flags",
    keys: "g d",
  },
];

/** The value of a name in the address, if it is one of these. */
function oneOf<K extends string, T extends string>(
  search: Record<string, unknown>,
  name: K,
  values: readonly T[],
): Partial<Record<K, T>> {
  const value = values.find((it) => it === search[name]);
  return value === undefined ? {} : ({ [name]: value } as Record<K, T>);
}
