/**
 * Changes to one flag in one environment: shown at once, sent with the version that the reader
 * saw, and taken back when the server refuses.
 *
 * Invariants: nothing that the reader has not seen is overwritten. The list carries no versions,
 * so before the first change of a flag its targeting is read, compared with the row, and its ETag
 * sent along; a row that differs, or a 412, is a conflict. A flag's changes run one after another.
 */
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, call, type Schemas } from "@/api/client";
import { ApiProblem, hasStatus, Unreachable } from "@/api/problem";
import {
  changeKey,
  environmentOf,
  type Flag,
  type FlagEnvironment,
  isChanging,
  refreshFlags,
  targetingKey,
  updateFlag,
} from "@/features/flags/flags";
import { flagsText } from "@/text/flags";

/** The part of a targeting that the list shows and changes. */
export interface Setting {
  on: boolean;
  threshold: number;
}

export interface Change {
  /** What the row showed when the reader decided. */
  seen: Setting;
  wanted: Partial<Setting>;
}

interface Versioned {
  targeting: Schemas["Targeting"];
  etag: string;
}

/** Somebody else's change came first. */
export class Conflict extends Error {
  override readonly name = "Conflict";
}

interface ChangeListeners {
  onSaved: (change: Change) => void;
  onRefused: (error: Error) => void;
}

export function useChangeTargeting(
  project: string,
  environment: string,
  flag: string,
  listeners: ChangeListeners,
) {
  const client = useQueryClient();
  const mutationKey = changeKey(project, environment, flag);
  return useMutation({
    mutationKey,
    scope: { id: mutationKey.join("/") },
    mutationFn: (change: Change) => save(client, project, environment, flag, change),
    onMutate: ({ wanted }) => show(client, project, environment, flag, wanted),
    onSuccess: (_saved, change) => listeners.onSaved(change),
    onError: (error, { seen }) => {
      show(client, project, environment, flag, seen);
      listeners.onRefused(error);
    },
    onSettled: async () => {
      if (!isChanging(client, project, environment, flag, 1)) {
        await refreshFlags(client, project, [flag]).catch(ignoreAbsence);
      }
    },
  });
}

/** Says why a change was not saved. */
export function refusal(error: Error, flag: string, environment: string): string {
  const words = flagsText.change;
  if (error instanceof Conflict) {
    return words.conflict(flag, environment);
  }
  if (error instanceof Unreachable) {
    return words.notSaved(flag, words.unreachable);
  }
  if (hasStatus(error, 403)) {
    return words.notSaved(flag, words.forbidden);
  }
  if (hasStatus(error, 404) || hasStatus(error, 409)) {
    return words.notSaved(flag, words.gone);
  }
  return words.notSaved(flag, error instanceof ApiProblem ? error.detail : error.message);
}

async function save(
  client: QueryClient,
  project: string,
  environment: string,
  flag: string,
  { seen, wanted }: Change,
): Promise<void> {
  const path = { project, environment, flag };
  const queryKey = targetingKey(project, environment, flag);
  const current = await client.fetchQuery({
    queryKey,
    queryFn: () => readTargeting(path),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { on, rollout } = current.targeting;
  if (on !== seen.on || rollout.threshold !== seen.threshold) {
    client.removeQueries({ queryKey });
    throw new Conflict();
  }
  try {
    const { data, response } = await call(
      api.PATCH("/api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting", {
        params: { path, header: { "If-Match": current.etag } },
        // A merge patch: the document's form, but only what is to change.
        body: {
          ...(wanted.on !== undefined && { on: wanted.on }),
          ...(wanted.threshold !== undefined && { rollout: { threshold: wanted.threshold } }),
        } as Schemas["Targeting"],
      }),
    );
    client.setQueryData<Versioned>(queryKey, { targeting: data, etag: etagOf(response) });
  } catch (error) {
    client.removeQueries({ queryKey });
    throw hasStatus(error, 412) ? new Conflict() : error;
  }
}

async function readTargeting(path: {
  project: string;
  environment: string;
  flag: string;
}): Promise<Versioned> {
  const { data, response } = await call(
    api.GET("/api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting", {
      params: { path },
    }),
  );
  return { targeting: data, etag: etagOf(response) };
}

function etagOf(response: Response): string {
  const etag = response.headers.get("ETag");
  if (etag === null) {
    throw new Error("the server sent a targeting without its version");
  }
  return etag;
}

/** The page says already that the server is away. */
function ignoreAbsence(error: unknown): void {
  if (!(error instanceof Unreachable)) {
    throw error;
  }
}

function show(
  client: QueryClient,
  project: string,
  environment: string,
  key: string,
  setting: Partial<Setting>,
): void {
  const update = (it: FlagEnvironment) =>
    it.environment === environment ? { ...it, ...setting } : it;
  updateFlag(client, project, key, (flag: Flag) => ({
    ...flag,
    environments: flag.environments.map(update),
  }));
}

/** What a row shows of a flag in an environment. */
export function settingOf(flag: Flag, environment: string): Setting {
  const found = environmentOf(flag, environment);
  return { on: found?.on ?? false, threshold: found?.threshold ?? 0 };
}
