/** The settings: pages, and what stands for them in the navigation. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavigationEntry } from "@/app/navigation";
import { projectRoute } from "@/app/routes/base";
import { SettingsIcon } from "@/design/icons";
import { shellText } from "@/text/shell";

const pages = () => import("@/app/settings-routes");

const generalRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/settings",
  component: lazyRouteComponent(pages, "GeneralRoute"),
});

const environmentsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/settings/environments",
  component: lazyRouteComponent(pages, "EnvironmentsRoute"),
});

const tokensRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/settings/tokens",
  validateSearch: ({ all }: Record<string, unknown>): { all?: boolean } =>
    all === true ? { all } : {},
  component: lazyRouteComponent(pages, "TokensRoute"),
});

const notificationsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/settings/notifications",
  component: lazyRouteComponent(pages, "NotificationsRoute"),
});

const sessionRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/settings/session",
  component: lazyRouteComponent(pages, "SessionRoute"),
});

export const inEnvironment = [] as const;
export const inProject = [
  generalRoute,
  environmentsRoute,
  tokensRoute,
  notificationsRoute,
  sessionRoute,
] as const;

export const entries: readonly NavigationEntry[] = [
  {
    label: shellText.pages.settings,
    to: "/projects/$project/settings",
    icon: SettingsIcon,
    group: "operate",
    keys: "g ,",
  },
];
