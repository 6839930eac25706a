/**
 * How often the flags of a list were asked. Each row asks for its own flag; the questions of one
 * moment go out together, so that a screen of rows is one request and not one each.
 */
import { queryOptions } from "@tanstack/react-query";
import { api, call, type Schemas } from "@/api/client";
import { batched } from "@/features/flags/batched";

type UsageOfFlag = Schemas["UsageOfFlag"];

const HOURS = 24;
const HOUR_MS = 3_600_000;
/** What a request may name. */
const MOST_FLAGS = 200;
/** Longer addresses are refused by some proxies. */
const MOST_CHARACTERS = 6_000;
const FRESH_MS = 300_000;

const askers = new Map<string, (flag: string) => Promise<UsageOfFlag | undefined>>();

/** The calls of each of the last 24 hours, the oldest first. */
export function dayOfUsageQuery(project: string, environment: string, flag: string) {
  return queryOptions({
    queryKey: ["project", project, "usage", environment, flag, "day"],
    queryFn: async () => hourly(await askerOf(project, environment)(flag), new Date()),
    staleTime: FRESH_MS,
    refetchInterval: FRESH_MS,
  });
}

function askerOf(project: string, environment: string) {
  const place = `${project}/${environment}`;
  const known = askers.get(place);
  if (known !== undefined) {
    return known;
  }
  const asker = batched<UsageOfFlag>({
    most: MOST_FLAGS,
    mostCharacters: MOST_CHARACTERS,
    ask: async (flags) => {
      const request = api.GET("/api/v1/projects/{project}/environments/{environment}/usage", {
        params: {
          path: { project, environment },
          query: { flags: flags.join(","), hours: HOURS, step: "hour" },
        },
      });
      return new Map((await call(request)).data.items.map((it) => [it.flag, it]));
    },
  });
  askers.set(place, asker);
  return asker;
}

export function hourly(usage: Pick<UsageOfFlag, "steps"> | undefined, now: Date): number[] {
  const byHour = new Map(usage?.steps.map((it) => [Date.parse(it.at), it.on + it.off]));
  const last = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
  return Array.from(
    { length: HOURS },
    (_, index) => byHour.get(last - (HOURS - 1 - index) * HOUR_MS) ?? 0,
  );
}
