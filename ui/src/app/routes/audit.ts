/** The audit log: pages, and what stands for them in the navigation. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavigationEntry } from "@/app/navigation";
import { projectRoute } from "@/app/routes/base";
import { textOf } from "@/app/search";
import { ListIcon } from "@/design/icons";
import { shellText } from "@/text/shell";

interface AuditSearch {
  actor?: string;
  action?: string;
  flag?: string;
  environment?: string;
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
    ...(typeof search.entry === "number" && { entry: search.entry }),
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
