/** Attributes of tenants: as text in a list, and as what a form is filled in with. Pure. */
import type { KnownAttribute } from "@/features/conditions/operators";
import type { AttributeValue, Tenant } from "@/features/tenants/tenants";

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

/** So many values of an attribute are suggested. */
const MOST_VALUES = 30;

/** The attributes that these tenants have, those of most tenants first, with their values. */
export function knownAttributes(
  tenants: readonly Pick<Tenant, "attributes">[],
): (KnownAttribute & { tenants: number })[] {
  const found = new Map<string, { tenants: number; kind: AttributeKind; values: Set<string> }>();
  for (const { attributes } of tenants) {
    for (const [name, value] of Object.entries(attributes)) {
      const entry = found.get(name) ?? { tenants: 0, kind: kindOf(value), values: new Set() };
      entry.tenants += 1;
      for (const it of Array.isArray(value) ? value : [String(value)]) {
        if (entry.values.size < MOST_VALUES) {
          entry.values.add(it);
        }
      }
      found.set(name, entry);
    }
  }
  return [...found]
    .map(([name, { tenants: count, kind, values }]) => ({
      name,
      kind,
      tenants: count,
      values: [...values].toSorted(),
    }))
    .toSorted((a, b) => b.tenants - a.tenants || (a.name < b.name ? -1 : 1));
}
