/** The settings' sections at their addresses. */
import "@/app/library-later.css";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useParams, useRouteContext } from "@tanstack/react-router";
import { environmentsQuery } from "@/features/projects/projects";
import { EnvironmentsPage } from "@/features/settings/environments-page";
import { GeneralPage } from "@/features/settings/general-page";
import { NotificationsPage } from "@/features/settings/notifications-page";
import { SessionPage } from "@/features/settings/session-page";
import { TokensPage } from "@/features/settings/tokens-page";

const tokens = getRouteApi("/signed-in/projects/$project/settings/tokens");

function useProject(): string {
  return useParams({ strict: false }).project ?? "";
}

export function GeneralRoute() {
  return <GeneralPage project={useProject()} />;
}

export function EnvironmentsRoute() {
  return <EnvironmentsPage project={useProject()} />;
}

export function NotificationsRoute() {
  return <NotificationsPage project={useProject()} />;
}

export function SessionRoute() {
  return <SessionPage project={useProject()} />;
}

export function TokensRoute() {
  const { project } = tokens.useParams();
  const { all = false } = tokens.useSearch();
  const { session } = useRouteContext({ from: "/signed-in" });
  const { data: environments = [] } = useQuery(environmentsQuery(project));
  const navigate = tokens.useNavigate();
  return (
    <TokensPage
      project={project}
      environments={environments}
      session={session}
      all={all}
      onAll={(next) => void navigate({ search: next ? { all: true } : {}, replace: true })}
    />
  );
}
