/** Attributes of tenants: as text in a list, and as what a form is filled in with. Pure. */
import type { Schemas } from "@/api/client";
import type { KnownAttribute } from "@/features/conditions/operators";

export type AttributeValue = Schemas["AttributeValue"];

export const ATTRIBUTE_KINDS = ["text", "number", "boolean", "list"] as const;
export type AttributeKind = (typeof ATTRIBUTE_KINDS)[number];

/** One attribute in a form; its value as it is typed. */
export interface AttributeField {
  name: string;
  kind: AttributeKind;
  text: string;
  list: string[];
}

export function kindOf(value: AttributeValue): AttributeKind {
  if (Array.isArray(value)) {
    return "list";
  }
  return typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "text";
}

export function attributeText(value: AttributeValue | undefined): string {
  if (value === undefined) {
    return "";
  }
  return Array.isArray(value) ? value.join(", ") : String(value);
}

export function fieldsOf(attributes: Record<string, AttributeValue>): AttributeField[] {
  return Object.entries(attributes)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({
      name,
      kind: kindOf(value),
      text: Array.isArray(value) ? "" : String(value),
      list: Array.isArray(value) ? value : [],
    }));
}

/** A number that was not typed as one stays a text: the server says what is wrong with it. */
export function attributesOf(fields: readonly AttributeField[]): Record<string, AttributeValue> {
  return Object.fromEntries(
    fields
      .filter(({ name }) => name.trim() !== "")
      .map((field) => [field.name.trim(), typedValue(field)]),
  );
}

function typedValue({ kind, text, list }: AttributeField): AttributeValue {
  switch (kind) {
    case "list":
      return list;
    case "boolean":
      return text === "true";
    case "number":
      return Number(text);
    case "text":
      return text;
  }
}

/** What keeps a form from being sent: by the index of the field. */
export function invalidFields(
  fields: readonly AttributeField[],
): Map<number, "name" | "twice" | "number"> {
  const faults = new Map<number, "name" | "twice" | "number">();
  const names = new Set<string>();
  fields.forEach(({ name, kind, text }, index) => {
    const trimmed = name.trim();
    if (trimmed === "") {
      faults.set(index, "name");
    } else if (names.has(trimmed)) {
      faults.set(index, "twice");
    } else if (kind === "number" && (text.trim() === "" || !Number.isFinite(Number(text)))) {
      faults.set(index, "number");
    }
    names.add(trimmed);
  });
  return faults;
}

/** What the server knows of an attribute, for those who choose one; mixed values are texts. */
export function knownAttribute(it: Schemas["KnownAttribute"]): RosterAttribute {
  const kind: AttributeKind = it.list ? "list" : it.type === "mixed" ? "text" : it.type;
  return {
    name: it.name,
    kind,
    tenants: it.tenants,
    values: it.values.map(({ value }) => String(value)),
  };
}

export interface RosterAttribute extends KnownAttribute {
  kind: AttributeKind;
  /** How many tenants have it. */
  tenants: number;
}

/** Those that most tenants have. */
export function commonAttributes(known: readonly RosterAttribute[], count: number): string[] {
  return known
    .toSorted((a, b) => b.tenants - a.tenants || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name);
}
