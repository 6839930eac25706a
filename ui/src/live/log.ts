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

/** Soon enough to be seen at once. */
const EVERY_MS = 1_000;
/** An entry may name a million tenants: what takes long is asked for so many times more seldom. */
const PAUSE_FACTOR = 20;

const headQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "log-head"],
    queryFn: async ({ signal }) => {
      const began = performance.now();
      const request = api.GET("/api/v1/projects/{project}/audit", {
        params: { path: { project }, query: { limit: 1 } },
        signal,
      });
      const newest = (await call(request)).data.items[0] ?? null;
      return { newest, tookMs: performance.now() - began };
    },
    refetchInterval: ({ state: { data } }) =>
      Math.max(EVERY_MS, PAUSE_FACTOR * (data?.tookMs ?? 0)),
    staleTime: 0,
  });

/** Calls back when the log has grown, as long as a component is shown. */
export function useLogged(project: string, onLogged: (logged: Logged) => void): void {
  const client = useQueryClient();
  const { data: newest } = useQuery({ ...headQuery(project), select: ({ newest: it }) => it });
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
