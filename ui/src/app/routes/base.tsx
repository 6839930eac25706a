/** The addresses that every page stands under, and what must be known before each is shown. */
import { type QueryClient, useQuery } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  Outlet,
  redirect,
  useRouter,
} from "@tanstack/react-router";
import { useEffect } from "react";
import { MissingPage } from "@/app/error-page";
import { type Session, sessionQuery } from "@/features/session/session";

interface RouterContext {
  queryClient: QueryClient;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: MissingPage,
});

interface SignInSearch {
  /** Where the reader was going. */
  next?: string;
  /** An earlier session ran out. */
  ended?: boolean;
}

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): SignInSearch => ({
    ...(isLocalPath(search.next) && { next: search.next }),
    ...(search.ended === true && { ended: true }),
  }),
  component: lazyRouteComponent(() => import("@/app/sign-in-route"), "SignInRoute"),
});

/** Everything that needs somebody to be signed in. */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  beforeLoad: async ({ context, location }): Promise<{ session: Session }> => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (session === null) {
      throw redirect({
        to: "/sign-in",
        search: location.href === "/" ? {} : { next: location.href },
      });
    }
    return { session };
  },
  component: function SignedIn() {
    const { data: session } = useQuery(sessionQuery);
    const router = useRouter();
    useEffect(() => {
      if (session === null) {
        const next = router.state.location.href;
        void router.navigate({ to: "/sign-in", search: { next, ended: true }, replace: true });
      }
    }, [session, router]);
    return session === null ? null : <Outlet />;
  },
});

export const homeRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/",
  component: lazyRouteComponent(() => import("@/app/home-page"), "HomePage"),
});

export const projectRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/projects/$project",
  component: lazyRouteComponent(() => import("@/app/project-layout"), "ProjectLayout"),
  notFoundComponent: MissingPage,
});

/** Everything that is shown for one environment; the switcher in the bar changes `$environment`. */
export const environmentRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/environments/$environment",
  component: lazyRouteComponent(() => import("@/app/environment-layout"), "EnvironmentLayout"),
});

/** An address inside the interface; anything else could lead a reader to another site. */
function isLocalPath(value: unknown): value is string {
  return typeof value === "string" && /^\/(?![/\\])/.test(value);
}
