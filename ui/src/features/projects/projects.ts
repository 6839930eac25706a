/** Projects and their environments, as far as the signed-in token reaches. */
import { queryOptions } from "@tanstack/react-query";
import { api, call, type Schemas } from "@/api/client";

export type Project = Schemas["Project"];
export type Environment = Schemas["Environment"];

export const projectsQuery = queryOptions({
  queryKey: ["projects"],
  queryFn: async ({ signal }) => (await call(api.GET("/api/v1/projects", { signal }))).data.items,
});

export function environmentsQuery(project: string) {
  return queryOptions({
    queryKey: ["project", project, "environments"],
    queryFn: async ({ signal }) =>
      (
        await call(
          api.GET("/api/v1/projects/{project}/environments", {
            params: { path: { project } },
            signal,
          }),
        )
      ).data.items,
  });
}

const LAST_ENVIRONMENT = "tenantry-environment";

/** The environment to start in: the last one looked at, else production, else the first. */
export function firstEnvironment(environments: readonly Environment[]): Environment | undefined {
  const last = remembered();
  return (
    environments.find(({ key }) => key === last) ??
    environments.find(({ key }) => key === "production") ??
    environments[0]
  );
}

export function rememberEnvironment(key: string): void {
  try {
    localStorage.setItem(LAST_ENVIRONMENT, key);
  } catch {
    // Storage may be refused; the next visit then starts in production.
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(LAST_ENVIRONMENT);
  } catch {
    return null;
  }
}

/** The order in which a change travels; environments with other names come after, as they are. */
const PATH = ["development", "dev", "test", "staging", "preview", "production", "prod"];

export function inPathOrder(environments: readonly Environment[]): Environment[] {
  const rank = ({ key }: Environment) => (PATH.includes(key) ? PATH.indexOf(key) : PATH.length);
  return environments.toSorted((a, b) => rank(a) - rank(b));
}
