/** What tenants are called, for those whose keys are shown. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { nameQuery, namesQuery } from "@/features/tenants/tenants";

/** Asked for one by one, where a roster is too long to be read at once. */
const MOST_SINGLE = 60;

/** Names by key, of those that are on the roster and known by now. */
export function useNames(project: string, keys: readonly string[]): ReadonlyMap<string, string> {
  const { data: first } = useQuery({ ...namesQuery(project), enabled: keys.length > 0 });
  const unknown =
    first === undefined || first.all ? [] : keys.filter((key) => !first.names.has(key));
  const rest = useQueries({
    queries: unknown.slice(0, MOST_SINGLE).map((key) => nameQuery(project, key)),
  });
  const names = new Map(first?.names);
  rest.forEach(({ data }, index) => {
    const key = unknown[index];
    if (key !== undefined && typeof data === "string") {
      names.set(key, data);
    }
  });
  return names;
}
