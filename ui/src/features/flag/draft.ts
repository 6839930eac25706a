/**
 * A targeting that somebody edits, and what became of it meanwhile. Pure.
 *
 * A draft is compared and merged by top-level fields (`on`, `rules`, `rollout`, …): small enough to
 * say what differs, large enough that two people's halves always make a sound whole. Key lists are
 * sets, so additions and removals of two people go together.
 */
import type { Schemas } from "@/api/client";
import type { FieldChange } from "@/design/field-diff";

export type Targeting = Schemas["Targeting"];
export type Rule = Schemas["Rule"];
export type Condition = Schemas["Condition"];
export type Variant = Schemas["Variant"];
export type Prerequisite = Schemas["Prerequisite"];

/** A targeting with every field in place. */
export type Draft = Targeting;
export type DraftField = keyof Draft;

export const FIELDS: readonly DraftField[] = [
  "on",
  "prerequisites",
  "block",
  "allow",
  "rules",
  "rollout",
  "variants",
  "variant_salt",
];

const KEY_LISTS: readonly DraftField[] = ["block", "allow"];

export function draftOf(targeting: Partial<Targeting>): Draft {
  return {
    on: targeting.on ?? false,
    prerequisites: targeting.prerequisites ?? [],
    block: targeting.block ?? [],
    allow: targeting.allow ?? [],
    rules: targeting.rules ?? [],
    rollout: {
      threshold: targeting.rollout?.threshold ?? 0,
      salt: targeting.rollout?.salt ?? null,
    },
    variants: targeting.variants ?? [],
    variant_salt: targeting.variant_salt ?? null,
  };
}

/** The fields in which two drafts differ. */
export function changedFields(before: Draft, after: Draft): DraftField[] {
  return FIELDS.filter((field) => !same(before, after, field));
}

/** What a save sends: a merge patch of the fields that differ. */
export function patchOf(before: Draft, after: Draft): Partial<Targeting> {
  return Object.fromEntries(changedFields(before, after).map((field) => [field, after[field]]));
}

/** The same, to be read: rules and variants one by one, key lists as who comes and who goes. */
export function differences(before: Draft, after: Draft): FieldChange[] {
  return changedFields(before, after).flatMap((field): FieldChange[] => {
    switch (field) {
      case "block":
      case "allow":
        return [
          {
            path: field,
            before: without(before[field], after[field]),
            after: without(after[field], before[field]),
          },
        ];
      case "rules":
      case "variants":
      case "prerequisites":
        return elements(field, before[field], after[field]);
      case "rollout":
        return [
          ...(before.rollout.threshold === after.rollout.threshold
            ? []
            : [
                {
                  path: "rollout.threshold",
                  before: before.rollout.threshold,
                  after: after.rollout.threshold,
                },
              ]),
          ...(before.rollout.salt === after.rollout.salt
            ? []
            : [{ path: "rollout.salt", before: before.rollout.salt, after: after.rollout.salt }]),
        ];
      default:
        return [{ path: field, before: before[field], after: after[field] }];
    }
  });
}

export interface Rebased {
  draft: Draft;
  /** Fields that both changed, each in another way; the draft keeps its own. */
  conflicts: DraftField[];
}

/** Carries the changes from `base` to `mine` over to what somebody else has made of `base`. */
export function rebase(base: Draft, mine: Draft, theirs: Draft): Rebased {
  const conflicts: DraftField[] = [];
  const merged: Record<string, unknown> = {};
  for (const field of FIELDS) {
    const iChanged = !same(base, mine, field);
    const theyChanged = !same(base, theirs, field);
    if (iChanged && theyChanged && KEY_LISTS.includes(field)) {
      merged[field] = mergedKeys(base, mine, theirs, field as "allow" | "block");
      continue;
    }
    if (iChanged && theyChanged && !same(mine, theirs, field)) {
      conflicts.push(field);
    }
    merged[field] = iChanged ? mine[field] : theirs[field];
  }
  return { draft: merged as unknown as Draft, conflicts };
}

/** Keys that were typed or pasted: one a line, or with commas, semicolons or tabs between them. */
export function parseKeys(text: string): string[] {
  const keys = text
    .split(/[\n\r,;\t]+/)
    .map((key) => key.trim().replace(/^(["'])(.*)\1$/, "$2"))
    .filter((key) => key !== "");
  return [...new Set(keys)];
}

export function withKeys(list: readonly string[], keys: readonly string[]): string[] {
  return [...new Set([...list, ...keys])].toSorted();
}

export function without(list: readonly string[], keys: readonly string[]): string[] {
  const gone = new Set(keys);
  return list.filter((key) => !gone.has(key));
}

function mergedKeys(base: Draft, mine: Draft, theirs: Draft, field: "allow" | "block"): string[] {
  const removed = without(base[field], mine[field]);
  const added = without(mine[field], base[field]);
  return withKeys(without(theirs[field], removed), added);
}

function elements(field: string, before: readonly unknown[], after: readonly unknown[]) {
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, index) => ({
    path: `${field}[${index}]`,
    before: before[index] ?? null,
    after: after[index] ?? null,
  })).filter((it) => canonical(it.before) !== canonical(it.after));
}

function same(before: Draft, after: Draft, field: DraftField): boolean {
  if (before[field] === after[field]) {
    return true;
  }
  if (KEY_LISTS.includes(field)) {
    const [a, b] = [before[field] as string[], after[field] as string[]];
    return a.length === b.length && without(a, b).length === 0;
  }
  return canonical(before[field]) === canonical(after[field]);
}

/** JSON without what means nothing: the order of names, and names with null. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, it) =>
    typeof it === "object" && it !== null && !Array.isArray(it)
      ? Object.fromEntries(
          Object.entries(it)
            .filter(([, inner]) => inner !== null && inner !== undefined)
            .toSorted(([a], [b]) => (a < b ? -1 : 1)),
        )
      : it,
  );
}
