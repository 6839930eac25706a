/** The connected SDKs: pages, and what stands for them in the navigation. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavigationEntry } from "@/app/navigation";
import { environmentRoute } from "@/app/routes/base";
import { textOf } from "@/app/search";
import { PlugIcon } from "@/design/icons";
import { shellText } from "@/text/shell";

const sdksRoute = createRoute({
  getParentRoute: () => environmentRoute,
  path: "/sdks",
  validateSearch: (search: Record<string, unknown>): { sdk?: string } => textOf(search, "sdk"),
  component: lazyRouteComponent(() => import("@/app/sdks-route"), "SdksRoute"),
});

export const inEnvironment = [sdksRoute] as const;
export const inProject = [] as const;

export const entries: readonly NavigationEntry[] = [
  {
    label: shellText.pages.sdks,
    to: "/projects/$project/environments/$environment/sdks",
    icon: PlugIcon,
    group: "operate",
    keys: "g k",
  },
];
