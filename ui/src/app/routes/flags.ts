/** The flags: their list, and what stands for it in the navigation. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavigationEntry } from "@/app/navigation";
import { environmentRoute } from "@/app/routes/base";
import { FlagIcon } from "@/design/icons";
import { FLAG_FILTERS, type FlagFilter, type FlagView } from "@/features/flags/flags";
import { shellText } from "@/text/shell";

interface FlagsSearch {
  q?: string;
  state?: FlagFilter;
}

const flagsRoute = createRoute({
  getParentRoute: () => environmentRoute,
  path: "/flags",
  validateSearch: ({ q, state }: Record<string, unknown>): FlagsSearch => ({
    ...(q !== undefined && q !== "" && { q: String(q) }),
    ...(isFilter(state) && state !== "active" && { state }),
  }),
  component: lazyRouteComponent(() => import("@/app/flags-route"), "FlagsRoute"),
});

/** The address of a view of the list; what is as usual is left out. */
export function flagsSearch(view: Pick<FlagView, "search" | "filter">): FlagsSearch {
  return {
    ...(view.search !== "" && { q: view.search }),
    ...(view.filter !== "active" && { state: view.filter }),
  };
}

export const inEnvironment = [flagsRoute] as const;
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
