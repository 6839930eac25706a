/** The audit log: pages, and what stands for them in the navigation. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavigationEntry } from "@/app/navigation";
import { projectRoute } from "@/app/routes/base";
import { instantOf, textOf } from "@/app/search";
import { ListIcon } from "@/design/icons";
import { shellText } from "@/text/shell";

export interface AuditSearch {
  actor?: string;
  action?: string;
  flag?: string;
  environment?: string;
  target?: string;
  from?: string;
  to?: string;
  q?: string;
  entry?: number;
}

const auditRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/audit",
  validateSearch: (search: Record<string, unknown>): AuditSearch => ({
    ...textOf(search, "actor"),
    ...textOf(search, "action"),
    ...textOf(search, "flag"),
    ...textOf(search, "environment"),
    ...textOf(search, "target"),
    ...instantOf(search, "from"),
    ...instantOf(search, "to"),
    ...textOf(search, "q"),
    ...(isSeq(search.entry) && { entry: search.entry }),
  }),
  component: lazyRouteComponent(() => import("@/app/audit-route"), "AuditRoute"),
});

export const inEnvironment = [] as const;
export const inProject = [auditRoute] as const;

export const entries: readonly NavigationEntry[] = [
  {
    label: shellText.pages.audit,
    to: "/projects/$project/audit",
    icon: ListIcon,
    group: "operate",
    keys: "g a",
  },
];

function isSeq(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}
