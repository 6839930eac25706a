/** All of the interface's addresses, and all entries of its navigation. */
import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import { ErrorPage } from "@/app/error-page";
import type { NavigationEntry } from "@/app/navigation";
import * as audit from "@/app/routes/audit";
import {
  environmentRoute,
  homeRoute,
  projectRoute,
  rootRoute,
  signedInRoute,
  signInRoute,
} from "@/app/routes/base";
import * as debt from "@/app/routes/debt";
import * as flags from "@/app/routes/flags";
import * as plan from "@/app/routes/plan";
import * as sdks from "@/app/routes/sdks";
import * as segments from "@/app/routes/segments";
import * as settings from "@/app/routes/settings";
import * as tenants from "@/app/routes/tenants";

const routeTree = rootRoute.addChildren([
  signInRoute,
  signedInRoute.addChildren([
    homeRoute,
    projectRoute.addChildren([
      environmentRoute.addChildren([
        ...audit.inEnvironment,
        ...debt.inEnvironment,
        ...flags.inEnvironment,
        ...plan.inEnvironment,
        ...sdks.inEnvironment,
        ...segments.inEnvironment,
        ...settings.inEnvironment,
        ...tenants.inEnvironment,
      ]),
      ...audit.inProject,
      ...debt.inProject,
      ...flags.inProject,
      ...plan.inProject,
      ...sdks.inProject,
      ...segments.inProject,
      ...settings.inProject,
      ...tenants.inProject,
    ]),
  ]),
]);

/** In the order of the navigation; a subject without a page has none. */
export const navigation: readonly NavigationEntry[] = [
  ...flags.entries,
  ...plan.entries,
  ...debt.entries,
  ...tenants.entries,
  ...segments.entries,
  ...sdks.entries,
  ...audit.entries,
  ...settings.entries,
];

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultErrorComponent: ErrorPage,
    // Blank for a moment is calmer than a spinner for a moment.
    defaultPendingMs: 600,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
