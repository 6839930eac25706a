/** The interface's addresses, and what must be known before each is shown. */
import { type QueryClient, useQuery } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  useNavigate,
  useRouter,
} from "@tanstack/react-router";
import { useEffect } from "react";
import { ErrorPage, MissingPage } from "@/app/error-page";
import { HomePage } from "@/app/home-page";
import { FLAG_FILTERS, type FlagFilter, type FlagView } from "@/features/flags/flags";
import { type Session, sessionQuery } from "@/features/session/session";
import { SignInPage } from "@/features/session/sign-in-page";

interface RouterContext {
  queryClient: QueryClient;
}

const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: MissingPage,
});

interface SignInSearch {
  /** Where the reader was going. */
  next?: string;
  /** An earlier session ran out. */
  ended?: boolean;
}

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): SignInSearch => ({
    ...(isLocalPath(search.next) && { next: search.next }),
    ...(search.ended === true && { ended: true }),
  }),
  component: function SignIn() {
    const { next, ended } = signInRoute.useSearch();
    const navigate = useNavigate();
    return (
      <SignInPage
        ended={ended === true}
        onSignedIn={() => navigate({ href: next ?? "/", replace: true })}
      />
    );
  },
});

/** Everything that needs somebody to be signed in. */
const signedInRoute = createRoute({
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

const homeRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/",
  component: HomePage,
});

const projectRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/projects/$project",
  component: lazyRouteComponent(() => import("@/app/project-layout"), "ProjectLayout"),
});

interface FlagsSearch {
  q?: string;
  state?: FlagFilter;
}

const flagsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/environments/$environment/flags",
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

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: rootRoute.addChildren([
      signInRoute,
      signedInRoute.addChildren([homeRoute, projectRoute.addChildren([flagsRoute])]),
    ]),
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

function isFilter(value: unknown): value is FlagFilter {
  return FLAG_FILTERS.some((it) => it === value);
}

/** An address inside the interface; anything else could lead a reader to another site. */
function isLocalPath(value: unknown): value is string {
  return typeof value === "string" && /^\/(?![/\\])/.test(value);
}
