/** The flags page at its address: reads the view from it, and writes changes of the view to it. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect } from "react";
import { MissingPage } from "@/app/error-page";
import { flagsSearch } from "@/app/router";
import type { FlagView } from "@/features/flags/flags";
import { FlagsPage } from "@/features/flags/flags-page";
import { environmentsQuery, rememberEnvironment } from "@/features/projects/projects";

const route = getRouteApi("/signed-in/projects/$project/environments/$environment/flags");

export function FlagsRoute() {
  const { project, environment: key } = route.useParams();
  const { q: search = "", state: filter = "active" } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: environments } = useQuery(environmentsQuery(project));
  const environment = environments?.find((it) => it.key === key);

  useEffect(() => {
    if (environment !== undefined) {
      rememberEnvironment(environment.key);
    }
  }, [environment]);

  if (environments === undefined) {
    return null;
  }
  if (environment === undefined) {
    return <MissingPage />;
  }
  const onView = (view: Partial<FlagView>) =>
    navigate({
      params: { project, environment: view.environment ?? key },
      search: flagsSearch({ search, filter, ...view }),
      // Each key typed is no step to go back to.
      replace: view.search !== undefined,
    });
  return (
    <FlagsPage
      project={project}
      environments={environments}
      environment={environment}
      search={search}
      filter={filter}
      onView={onView}
    />
  );
}
