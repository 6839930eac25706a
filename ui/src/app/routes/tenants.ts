/** The tenants: pages, and what stands for them in the navigation. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavigationEntry } from "@/app/navigation";
import { environmentRoute, projectRoute } from "@/app/routes/base";
import { textOf } from "@/app/search";
import { BuildingIcon } from "@/design/icons";
import { shellText } from "@/text/shell";

const SORT = /^-?(key|name|weight|created_at|updated_at)$/;
type Sort = `${"-" | ""}${"key" | "name" | "weight" | "created_at" | "updated_at"}`;

interface RosterSearch {
  q?: string;
  sort?: Sort;
  attribute?: string;
  value?: string;
  columns?: string[];
}

const pages = () => import("@/app/tenants-routes");

const rosterRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/tenants",
  validateSearch: (search: Record<string, unknown>): RosterSearch => ({
    ...textOf(search, "q"),
    ...(typeof search.sort === "string" && SORT.test(search.sort) && { sort: search.sort as Sort }),
    ...textOf(search, "attribute"),
    ...(search.attribute !== undefined && textOf(search, "value")),
    ...(Array.isArray(search.columns) && { columns: search.columns.map(String) }),
  }),
  component: lazyRouteComponent(pages, "RosterRoute"),
});

interface TenantSearch {
  q?: string;
  answer?: "on" | "off";
}

const tenantRoute = createRoute({
  getParentRoute: () => environmentRoute,
  path: "/tenants/$tenant",
  validateSearch: (search: Record<string, unknown>): TenantSearch => ({
    ...textOf(search, "q"),
    ...((search.answer === "on" || search.answer === "off") && { answer: search.answer }),
  }),
  component: lazyRouteComponent(pages, "TenantRoute"),
});

interface CompareSearch {
  left?: string;
  right?: string;
  all?: boolean;
}

const compareRoute = createRoute({
  getParentRoute: () => environmentRoute,
  path: "/compare",
  validateSearch: (search: Record<string, unknown>): CompareSearch => ({
    ...textOf(search, "left"),
    ...textOf(search, "right"),
    ...(search.all === true && { all: true }),
  }),
  component: lazyRouteComponent(pages, "CompareRoute"),
});

export const inEnvironment = [tenantRoute, compareRoute] as const;
export const inProject = [rosterRoute] as const;

export const entries: readonly NavigationEntry[] = [
  {
    label: shellText.pages.tenants,
    to: "/projects/$project/tenants",
    within: [
      "/projects/$project/environments/$environment/tenants",
      "/projects/$project/environments/$environment/compare",
    ],
    icon: BuildingIcon,
    group: "tenants",
    keys: "g t",
  },
];
