/**
 * What a flag's targeting was, by undoing the entries of the audit log that came later. Pure.
 *
 * Invariants: nothing is guessed. An entry must have left what is there when it is undone; where it
 * has not, what was is unknown.
 */
import { type Draft, draftOf, withKeys, without } from "@/features/flag/draft";
import type { AuditEntry } from "@/features/flag/evidence";

type Change = AuditEntry["changes"][number];
type Json = Record<string, unknown>;

/** `later` are all entries about the flag that came after the wanted state, the newest first. */
export function targetingBefore(
  current: Draft,
  later: readonly AuditEntry[],
  environment: string,
): Draft | undefined {
  const past: Past = { document: { ...structuredClone(current) }, fits: true };
  for (const entry of later) {
    for (const change of entry.changes.toReversed()) {
      undo(past, change, entry.environment === environment ? "" : `environments.${environment}.`);
    }
    if (!past.fits) {
      return undefined;
    }
  }
  return draftOf(past.document as Partial<Draft>);
}

interface Past {
  document: Json;
  fits: boolean;
}

function undo(past: Past, { path: full, before, after }: Change, prefix: string): void {
  if (!full.startsWith(prefix)) {
    return;
  }
  const path = full.slice(prefix.length);
  if (path === "allow" || path === "block") {
    undoList(past, path, keysOf(before), keysOf(after));
  } else if (path === "targeting") {
    const { allow, block } = past.document;
    past.fits &&= before !== null;
    past.document = { ...(before as Json | null), allow, block };
  } else if (path.startsWith("targeting.")) {
    undoField(past, stepsOf(path.slice("targeting".length)), before, after);
  }
}

function undoList(past: Past, list: string, takenOff: string[], added: string[]): void {
  const keys = keysOf(past.document[list]);
  past.fits &&= without(added, keys).length === 0;
  past.document[list] = withKeys(without(keys, added), takenOff);
}

function undoField(past: Past, steps: readonly string[], before: unknown, after: unknown): void {
  const last = steps.at(-1);
  let place: unknown = past.document;
  for (const step of steps.slice(0, -1)) {
    place = isObject(place) ? place[step] : undefined;
  }
  if (last === undefined || !isObject(place) || !isSame(place[last], after)) {
    past.fits = false;
    return;
  }
  place[last] = before;
}

/** `.rules[0].effect` is `rules`, `0`, `effect`. */
function stepsOf(path: string): string[] {
  return [...path.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)].map(
    ([, name, index]) => name ?? index ?? "",
  );
}

function keysOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}

/** A document may leave out what is nothing. */
function isSame(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(isNothing(value) ? null : value, (_name, it) =>
    isObject(it) && !Array.isArray(it)
      ? Object.fromEntries(
          Object.entries(it)
            .filter(([, inner]) => !isNothing(inner))
            .toSorted(([a], [b]) => (a < b ? -1 : 1)),
        )
      : it,
  );
}

function isNothing(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === false ||
    value === 0 ||
    value === "" ||
    (Array.isArray(value) && value.length === 0)
  );
}
