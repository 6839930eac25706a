import { describe, expect, it } from "vitest";
import { formatOf, lineProblem, linesOf } from "@/features/tenants/import-file";

it.each([
  ["tenants.csv", "{", "text/csv"],
  ["tenants.ndjson", "key", "application/x-ndjson"],
  ["tenants.JSONL", "key", "application/x-ndjson"],
  ["", '\n {"key": "a"}', "application/x-ndjson"],
  ["", "key,name\n", "text/csv"],
  ["tenants.txt", '\uFEFF{"key": "a"}', "application/x-ndjson"],
])("%s that begins with %s is %s", (name, beginning, format) => {
  expect(formatOf(name, beginning)).toBe(format);
});

describe("lineProblem", () => {
  it.each([
    ["lines[7].weight", 7, "weight"],
    ["lines[12]", 12, ""],
    ["lines[3].attributes.plan", 3, "attributes.plan"],
    ["", undefined, ""],
  ])("%s is about line %s", (path, line, field) => {
    expect(lineProblem({ path, message: "is wrong" })).toEqual({
      line,
      field,
      message: "is wrong",
    });
  });
});

it("finds the lines that are asked for", () => {
  expect(linesOf("a\r\nb\nc", new Set([1, 3, 9]))).toEqual(
    new Map([
      [1, "a"],
      [3, "c"],
    ]),
  );
  expect(linesOf("x".repeat(500), new Set([1])).get(1)).toHaveLength(200);
  expect(linesOf("", new Set())).toEqual(new Map());
});
