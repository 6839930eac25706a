/**
 * The tests that a condition can make, as people name them, and the values that each compares with.
 * Pure: the editor's rules without the editor.
 */
import type { Schemas } from "@/api/client";

/** As it is written: what is absent has its default. */
export type Condition = Partial<Schemas["Condition"]>;

export type ValueKind = "text" | "number" | "version" | "date" | "network" | "pattern" | "none";

interface Operator {
  values: ValueKind;
  /** Whether case can be ignored. */
  cased?: boolean;
  group: "text" | "number" | "version" | "date" | "other" | "segment";
}

export const OPERATORS = {
  in: { values: "text", cased: true, group: "text" },
  not_in: { values: "text", cased: true, group: "text" },
  contains: { values: "text", cased: true, group: "text" },
  starts_with: { values: "text", cased: true, group: "text" },
  ends_with: { values: "text", cased: true, group: "text" },
  matches: { values: "pattern", cased: true, group: "text" },
  number_eq: { values: "number", group: "number" },
  number_gt: { values: "number", group: "number" },
  number_gte: { values: "number", group: "number" },
  number_lt: { values: "number", group: "number" },
  number_lte: { values: "number", group: "number" },
  semver_eq: { values: "version", group: "version" },
  semver_gt: { values: "version", group: "version" },
  semver_gte: { values: "version", group: "version" },
  semver_lt: { values: "version", group: "version" },
  semver_lte: { values: "version", group: "version" },
  date_before: { values: "date", group: "date" },
  date_after: { values: "date", group: "date" },
  in_cidr: { values: "network", group: "other" },
  exists: { values: "none", group: "other" },
  does_not_exist: { values: "none", group: "other" },
  in_segment: { values: "none", group: "segment" },
  not_in_segment: { values: "none", group: "segment" },
} as const satisfies Record<string, Operator>;

export type OperatorName = keyof typeof OPERATORS;

/** `undefined` for one that this build does not know. */
export function operatorOf(condition: Condition): (Operator & { name: OperatorName }) | undefined {
  const name = condition.operator as OperatorName;
  const found: Operator | undefined = OPERATORS[name];
  return found && { ...found, name };
}

export const isSegment = (name: string | undefined) =>
  name === "in_segment" || name === "not_in_segment";

/** What is known of an attribute, to suggest it and its values. */
export interface KnownAttribute {
  name: string;
  kind?: "text" | "number" | "boolean" | "list";
  values?: readonly string[];
}

export const EMPTY_CONDITION: Condition = { operator: "in", attribute: "", values: [] };

/** The condition with another operator: what the new one does not use is left out. */
export function withOperator(condition: Condition, name: OperatorName): Condition {
  const operator: Operator = OPERATORS[name];
  if (isSegment(name)) {
    return { operator: name, segment: condition.segment ?? "" };
  }
  const kept = operatorOf(condition)?.values === operator.values ? (condition.values ?? []) : [];
  const texts = kept.length > 0 ? kept : retyped(condition, operator);
  return {
    operator: name,
    attribute: condition.attribute ?? "",
    ...(operator.values !== "none" && { values: texts }),
    ...(operator.cased && condition.ignore_case && { ignore_case: true }),
  };
}

/** Values survive a change of operator as far as the new one can read them. */
function retyped(condition: Condition, { values: kind }: Operator): unknown[] {
  const texts = (condition.values ?? []).map(String);
  if (kind === "number") {
    return texts.filter(isNumber).map(Number);
  }
  return kind === "none" ? [] : texts;
}

/**
 * What was typed as values of a condition. A value that was there keeps its type; a new one is a
 * number for operators over numbers, and what the attribute is known to hold for `in`.
 */
export function valuesOf(
  texts: readonly string[],
  condition: Condition,
  known: KnownAttribute | undefined,
): unknown[] {
  const before = new Map((condition.values ?? []).map((value) => [String(value), value]));
  const kind = operatorOf(condition)?.values;
  return texts
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map((text) => {
      if (before.has(text)) {
        return before.get(text);
      }
      if (kind === "number" || (kind === "text" && known?.kind === "number")) {
        return isNumber(text) ? Number(text) : text;
      }
      if (kind === "text" && known?.kind === "boolean" && (text === "true" || text === "false")) {
        return text === "true";
      }
      return text;
    });
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

/** Whether a condition says all that it must; what it says wrongly, the server tells. */
export function isComplete(condition: Condition): boolean {
  const operator = operatorOf(condition);
  if (operator === undefined) {
    return true;
  }
  if (isSegment(operator.name)) {
    return (condition.segment ?? "") !== "";
  }
  return (
    (condition.attribute ?? "") !== "" &&
    (operator.values === "none" || (condition.values ?? []).length > 0)
  );
}
