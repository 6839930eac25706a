import { describe, expect, it } from "vitest";
import { isComplete, valuesOf, withOperator } from "@/features/conditions/operators";

describe("withOperator", () => {
  const seats = { operator: "number_gt", attribute: "seats", values: [50] };

  it("keeps values that the new operator reads", () => {
    expect(withOperator(seats, "number_lte")).toEqual({ ...seats, operator: "number_lte" });
    expect(withOperator(seats, "in")).toEqual({ ...seats, operator: "in", values: ["50"] });
    expect(
      withOperator({ operator: "in", attribute: "seats", values: ["7", "many"] }, "number_eq"),
    ).toEqual({ operator: "number_eq", attribute: "seats", values: [7] });
  });

  it("leaves out what the new operator does not use", () => {
    expect(withOperator({ ...seats, ignore_case: true }, "exists")).toEqual({
      operator: "exists",
      attribute: "seats",
    });
    expect(withOperator(seats, "in_segment")).toEqual({ operator: "in_segment", segment: "" });
    expect(
      withOperator(
        { operator: "in", attribute: "plan", values: ["a"], ignore_case: true },
        "matches",
      ),
    ).toEqual({ operator: "matches", attribute: "plan", values: ["a"], ignore_case: true });
  });
});

describe("valuesOf", () => {
  it("types new values as the operator and the attribute want them", () => {
    const condition = { operator: "in", attribute: "seats", values: ["5"] };
    expect(valuesOf(["5", "6"], condition, { name: "seats", kind: "number" })).toEqual(["5", 6]);
    expect(valuesOf(["true"], condition, { name: "trial", kind: "boolean" })).toEqual([true]);
    expect(valuesOf(["6", " ", "x"], condition, undefined)).toEqual(["6", "x"]);
    expect(valuesOf(["6", "x"], { ...condition, operator: "number_gt" }, undefined)).toEqual([
      6,
      "x",
    ]);
  });
});

it.each([
  [{ operator: "in", attribute: "", values: ["a"] }, false],
  [{ operator: "in", attribute: "plan", values: [] }, false],
  [{ operator: "in", attribute: "plan", values: ["a"] }, true],
  [{ operator: "exists", attribute: "plan" }, true],
  [{ operator: "in_segment", segment: "" }, false],
  [{ operator: "of_tomorrow" }, true],
])("%o is complete: %s", (condition, complete) => {
  expect(isComplete(condition)).toBe(complete);
});
