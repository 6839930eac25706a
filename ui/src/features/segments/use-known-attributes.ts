/** Attributes of the roster to suggest, as its most important tenants have them. */
import { useQuery } from "@tanstack/react-query";
import { api, call } from "@/api/client";
import type { KnownAttribute } from "@/features/conditions/operators";
import { knownAttributes } from "@/features/tenants/attributes";
import { rosterKey } from "@/features/tenants/tenants";

const LOOKED_AT = 200;

export function useKnownAttributes(project: string): readonly KnownAttribute[] {
  const { data = [] } = useQuery({
    queryKey: [...rosterKey(project), "attributes"],
    queryFn: async ({ signal }) => {
      const request = api.GET("/api/v1/projects/{project}/tenants", {
        params: { path: { project }, query: { limit: LOOKED_AT, sort: "-weight" } },
        signal,
      });
      return knownAttributes((await call(request)).data.items);
    },
  });
  return data;
}
