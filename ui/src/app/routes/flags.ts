/** The flags: their list, each one's page, and what stands for them in the navigation. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavigationEntry } from "@/app/navigation";
import { environmentRoute } from "@/app/routes/base";
import { FlagIcon } from "@/design/icons";
import { FLAG_TABS, type FlagTab, SPAN_KEYS, type SpanKey } from "@/features/flag/view";
import {
  FLAG_FILTERS,
  FLAG_KINDS,
  type FlagFilter,
  type FlagKind,
  type FlagSort,
  type FlagView,
  isFlagSort,
  USUAL_SORT,
} from "@/features/flags/flags";
import { shellText } from "@/text/shell";

interface FlagsSearch {
  q?: string;
  state?: FlagFilter;
  kind?: FlagKind;
  owner?: string;
  tag?: string;
  sort?: FlagSort;
}

const flagsRoute = createRoute({
  getParentRoute: () => environmentRoute,
  path: "/flags",
  validateSearch: ({ q, state, kind, owner, tag, sort }: Record<string, unknown>): FlagsSearch => ({
    ...(q !== undefined && q !== "" && { q: String(q) }),
    ...(isFilter(state) && state !== "active" && { state }),
    ...(isOneOf(FLAG_KINDS, kind) && { kind }),
    ...(owner !== undefined && owner !== "" && { owner: String(owner) }),
    ...(tag !== undefined && tag !== "" && { tag: String(tag) }),
    ...(isFlagSort(sort) && sort !== USUAL_SORT && { sort }),
  }),
  component: lazyRouteComponent(() => import("@/app/flags-route"), "FlagsRoute"),
});

export interface FlagSearch {
  tab?: FlagTab;
  /** Whom to explain it for. */
  tenant?: string;
  /** As of when. */
  at?: string;
  /** How far back usage is shown. */
  span?: SpanKey;
  /** Whether the history is that of all environments. */
  all?: boolean;
}

const flagRoute = createRoute({
  getParentRoute: () => environmentRoute,
  path: "/flags/$flag",
  validateSearch: ({ tab, tenant, at, span, all }: Record<string, unknown>): FlagSearch => ({
    ...(isOneOf(FLAG_TABS, tab) && tab !== "targeting" && { tab }),
    ...(tenant !== undefined && tenant !== "" && { tenant: String(tenant) }),
    ...(typeof at === "string" && !Number.isNaN(Date.parse(at)) && { at }),
    ...(isOneOf(SPAN_KEYS, span) && span !== "24h" && { span }),
    ...(all === true && { all }),
  }),
  component: lazyRouteComponent(() => import("@/app/flag-route"), "FlagRoute"),
});

/** The address of a view of the list; what is as usual is left out. */
export function flagsSearch(view: Omit<FlagView, "environment">): FlagsSearch {
  return {
    ...(view.search !== "" && { q: view.search }),
    ...(view.filter !== "active" && { state: view.filter }),
    ...(view.kind !== undefined && { kind: view.kind }),
    ...(view.owner !== undefined && { owner: view.owner }),
    ...(view.tag !== undefined && { tag: view.tag }),
    ...(view.sort !== undefined && view.sort !== USUAL_SORT && { sort: view.sort }),
  };
}

export const inEnvironment = [flagsRoute, flagRoute] as const;
export const inProject = [] as const;

export const entries: readonly NavigationEntry[] = [
  {
    label: shellText.pages.flags,
    to: "/projects/$project/environments/$environment/flags",
    icon: FlagIcon,
    group: "flags",
    keys: "g f",
  },
];

function isFilter(value: unknown): value is FlagFilter {
  return FLAG_FILTERS.some((it) => it === value);
}

function isOneOf<T>(values: readonly T[], value: unknown): value is T {
  return values.some((it) => it === value);
}
