/** Shows the pages of an environment once it is known that there is such an environment. */
import { useQuery } from "@tanstack/react-query";
import { Outlet, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { MissingPage } from "@/app/error-page";
import { environmentsQuery, rememberEnvironment } from "@/features/projects/projects";

export function EnvironmentLayout() {
  const { project = "", environment: key } = useParams({ strict: false });
  const { data: environments } = useQuery(environmentsQuery(project));
  const known = environments?.some((it) => it.key === key);

  useEffect(() => {
    if (known && key !== undefined) {
      rememberEnvironment(key);
    }
  }, [known, key]);

  if (known === undefined) {
    return null;
  }
  return known ? <Outlet /> : <MissingPage />;
}
