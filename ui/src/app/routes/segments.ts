/** The segments: pages, and what stands for them in the navigation. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavigationEntry } from "@/app/navigation";
import { projectRoute } from "@/app/routes/base";
import { textOf } from "@/app/search";
import { SegmentIcon } from "@/design/icons";
import { shellText } from "@/text/shell";

const pages = () => import("@/app/segments-routes");

const segmentsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/segments",
  validateSearch: (search: Record<string, unknown>): { q?: string } => textOf(search, "q"),
  component: lazyRouteComponent(pages, "SegmentsRoute"),
});

const segmentRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/segments/$segment",
  component: lazyRouteComponent(pages, "SegmentRoute"),
});

export const inEnvironment = [] as const;
export const inProject = [segmentsRoute, segmentRoute] as const;

export const entries: readonly NavigationEntry[] = [
  {
    label: shellText.pages.segments,
    to: "/projects/$project/segments",
    icon: SegmentIcon,
    group: "tenants",
    keys: "g s",
  },
];
