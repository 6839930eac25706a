/**
 * Tells a page that something was written to the project's audit log. The live connection speaks of
 * what programs are answered; names, the roster and tokens change without a word there, yet no
 * change is without an entry of the log. So its newest entry is asked for every few seconds, and at
 * once when the live connection has news.
 */
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef } from "react";
import { api, call, type Schemas } from "@/api/client";
import { useChanges } from "@/live/changes";

export interface Logged {
  /** The newest entry. */
  newest: Schemas["AuditEntry"];
  /** Whether it is the only one since the last call. */
  only: boolean;
}

const EVERY_MS = 3_000;

const headQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "log-head"],
    queryFn: async ({ signal }) => {
      const request = api.GET("/api/v1/projects/{project}/audit", {
        params: { path: { project }, query: { limit: 1 } },
        signal,
      });
      return (await call(request)).data.items[0] ?? null;
    },
    refetchInterval: EVERY_MS,
    staleTime: 0,
  });

/** Calls back when the log has grown, as long as a component is shown. */
export function useLogged(project: string, onLogged: (logged: Logged) => void): void {
  const client = useQueryClient();
  const { data: newest } = useQuery(headQuery(project));
  const seen = useRef<number>(undefined);
  const listener = useEffectEvent(onLogged);

  useEffect(() => {
    if (newest === undefined) {
      return;
    }
    const before = seen.current;
    const seq = newest?.seq ?? 0;
    seen.current = seq;
    if (newest !== null && before !== undefined && seq > before) {
      listener({ newest, only: seq === before + 1 });
    }
  }, [newest]);

  useChanges(() => void client.invalidateQueries({ queryKey: headQuery(project).queryKey }));
}
