/** Where the reader is: the project and, on pages of an environment, the environment. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import {
  type Environment,
  environmentsQuery,
  firstEnvironment,
} from "@/features/projects/projects";

export interface Place {
  project: string;
  environments: readonly Environment[];
  environment: Environment;
}

/** On a page under `environments/$environment`, which is shown for a known environment only. */
export function usePlace(): Place {
  const { project = "", environment: key } = useParams({ strict: false });
  const { data: environments = [] } = useQuery(environmentsQuery(project));
  const environment = environments.find((it) => it.key === key);
  if (environment === undefined) {
    throw new Error("this page belongs to an environment, and its address names none");
  }
  return { project, environments, environment };
}

/** On any page of a project: the environment of the address, else the one looked at last. */
export function useNearestEnvironment(): Environment | undefined {
  const { project = "", environment: key } = useParams({ strict: false });
  const { data: environments = [] } = useQuery(environmentsQuery(project));
  return environments.find((it) => it.key === key) ?? firstEnvironment(environments);
}
