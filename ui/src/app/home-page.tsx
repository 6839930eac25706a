/** Leads from `/` to the flags of the first project, in the environment to start with. */
import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { FlagIcon } from "@/design/icons";
import { Notice } from "@/design/notice";
import { QueryError } from "@/design/query-error";
import { environmentsQuery, firstEnvironment, projectsQuery } from "@/features/projects/projects";
import { errorsText } from "@/text/errors";

export function HomePage() {
  const projects = useQuery(projectsQuery);
  const project = projects.data?.[0];
  const environments = useQuery({
    ...environmentsQuery(project?.key ?? ""),
    enabled: project !== undefined,
  });
  const failed = [projects, environments].find((query) => query.isError);
  if (failed?.error) {
    return <QueryError error={failed.error} onRetry={() => failed.refetch()} />;
  }
  if (projects.data?.length === 0 || environments.data?.length === 0) {
    return (
      <Notice icon={<FlagIcon size={20} />} title={errorsText.noProjectTitle}>
        {project === undefined ? errorsText.noProject : errorsText.noEnvironment}
      </Notice>
    );
  }
  const environment = firstEnvironment(environments.data ?? []);
  if (project === undefined || environment === undefined) {
    return null;
  }
  return (
    <Navigate
      to="/projects/$project/environments/$environment/flags"
      params={{ project: project.key, environment: environment.key }}
      replace
    />
  );
}
