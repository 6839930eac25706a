/** What surrounds every page of a project: the bar at the top, and the one live connection. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Outlet, useNavigate, useRouteContext } from "@tanstack/react-router";
import { Shell } from "@/app/shell";
import { QueryError } from "@/design/query-error";
import { followChange, followLog, refreshLists } from "@/features/flags/flags";
import { environmentsQuery, projectsQuery } from "@/features/projects/projects";
import { sessionQuery, signOut } from "@/features/session/session";
import { announce, liveKey } from "@/live/changes";
import { announceLogged, useLogged } from "@/live/log";
import { useLive } from "@/live/use-live";

const route = getRouteApi("/signed-in/projects/$project");

export function ProjectLayout() {
  const { project } = route.useParams();
  const { session } = useRouteContext({ from: "/signed-in" });
  const client = useQueryClient();
  const navigate = useNavigate();
  const projects = useQuery(projectsQuery);
  const environments = useQuery(environmentsQuery(project));

  /** Anything may have changed. */
  const readAnew = () => {
    void refreshLists(client, project);
    void client.invalidateQueries({ queryKey: ["project", project, "live"] });
    void client.invalidateQueries({ queryKey: environmentsQuery(project).queryKey });
    announceLogged({ actions: [] });
  };
  const live = useLive(project, environments.data?.map(({ key }) => key) ?? [], {
    onOpen: readAnew,
    onChanged: (changed) => {
      announce(changed);
      void client.invalidateQueries({ queryKey: liveKey(project, changed.environment) });
      void client.invalidateQueries({ queryKey: liveKey(project) });
      // A read that fails leaves the list to the next one; the page says that it may be stale.
      followChange(client, project, changed).catch(() => refreshLists(client, project));
    },
    onLogged: (logged) => (logged.actions.length === 0 ? readAnew() : announceLogged(logged)),
    onRefused: () => void client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  });

  useLogged((done) => {
    if (done.named("environment.")) {
      void client.invalidateQueries({ queryKey: environmentsQuery(project).queryKey });
    }
    if (done.named("project.")) {
      void client.invalidateQueries({ queryKey: projectsQuery.queryKey });
    }
    if (done.named("flag.")) {
      void followLog(client, project);
    }
  });

  return (
    <Shell
      session={session}
      live={live}
      projects={projects.data ?? []}
      project={project}
      environments={environments.data ?? []}
      onProject={(key) => navigate({ to: "/projects/$project", params: { project: key } })}
      onSignOut={async () => {
        await signOut();
        await navigate({ to: "/sign-in" });
        client.clear();
      }}
    >
      {environments.isError && environments.data === undefined ? (
        <QueryError error={environments.error} onRetry={() => environments.refetch()} />
      ) : (
        <Outlet />
      )}
    </Shell>
  );
}
