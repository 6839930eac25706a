import { describe, expect, it } from "vitest";
import {
  type AttributeField,
  attributesOf,
  attributeText,
  commonAttributes,
  fieldsOf,
  invalidFields,
  knownAttribute,
} from "@/features/tenants/attributes";

const attributes = { plan: "team", seats: 12, trial: false, regions: ["eu", "us"] };

describe("a form of attributes", () => {
  it("gives back what it was filled in with", () => {
    expect(attributesOf(fieldsOf(attributes))).toEqual(attributes);
    expect(fieldsOf(attributes).map(({ name }) => name)).toEqual([
      "plan",
      "regions",
      "seats",
      "trial",
    ]);
  });

  it("finds what cannot be sent", () => {
    const field: AttributeField = { name: "a", kind: "text", text: "x", list: [] };
    expect(
      invalidFields([
        field,
        { ...field, name: " " },
        { ...field, name: "a " },
        { ...field, name: "n", kind: "number", text: "1e" },
        { ...field, name: "m", kind: "number", text: "1e3" },
      ]),
    ).toEqual(
      new Map([
        [1, "name"],
        [2, "twice"],
        [3, "number"],
      ]),
    );
  });
});

it("writes every kind of value", () => {
  expect(Object.values(attributes).map(attributeText)).toEqual(["team", "12", "false", "eu, us"]);
  expect(attributeText(undefined)).toBe("");
});

it("suggests what tenants have, typed as they have it", () => {
  const known = { name: "seats", type: "number", list: false, tenants: 2, distinct: 2 } as const;
  const values = [
    { value: 3, tenants: 1 },
    { value: 1, tenants: 1 },
  ];
  expect(knownAttribute({ ...known, values })).toEqual({
    name: "seats",
    kind: "number",
    tenants: 2,
    values: ["3", "1"],
  });
  expect(knownAttribute({ ...known, list: true, values }).kind).toBe("list");
  expect(knownAttribute({ ...known, type: "mixed", values }).kind).toBe("text");
});

it("takes for common what most tenants have", () => {
  const of = (name: string, tenants: number) => ({ name, tenants, kind: "text" as const });
  expect(commonAttributes([of("b", 1), of("c", 9), of("a", 1)], 2)).toEqual(["c", "a"]);
});
