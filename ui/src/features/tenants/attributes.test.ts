import { describe, expect, it } from "vitest";
import {
  type AttributeField,
  attributesOf,
  attributeText,
  fieldsOf,
  invalidFields,
  knownAttributes,
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

it("knows the attributes that most tenants have first, with their kinds and values", () => {
  expect(
    knownAttributes([
      { attributes: { seats: 3, regions: ["us", "eu"] } },
      { attributes: { seats: 1 } },
      { attributes: {} },
    ]),
  ).toEqual([
    { name: "seats", kind: "number", tenants: 2, values: ["1", "3"] },
    { name: "regions", kind: "list", tenants: 1, values: ["eu", "us"] },
  ]);
});
