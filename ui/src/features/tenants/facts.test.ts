import { describe, expect, it } from "vitest";
import { compareFacts, filterFacts, type TenantFlag } from "@/features/tenants/facts";

const fact = (flag: string, on: boolean, more: Partial<TenantFlag> = {}): TenantFlag => ({
  flag,
  on,
  reason: on ? "TARGETING_MATCH" : "DISABLED",
  why: on ? "The tenant is on the allow list." : "The flag is switched off.",
  ...more,
});

describe("filterFacts", () => {
  const facts = [
    fact("billing", true),
    fact("search", false),
    fact("theme", true, { variant: "dark" }),
  ];
  const found = (q: string, answer: "all" | "on" | "off" = "all") =>
    filterFacts(facts, { q, answer }).map(({ flag }) => flag);

  it("finds by answer, key, reason and variant", () => {
    expect(found("", "on")).toEqual(["billing", "theme"]);
    expect(found("", "off")).toEqual(["search"]);
    expect(found("BILL")).toEqual(["billing"]);
    expect(found("switched off")).toEqual(["search"]);
    expect(found("dark", "on")).toEqual(["theme"]);
  });
});

describe("compareFacts", () => {
  it("tells answers apart, not reasons", () => {
    const rows = compareFacts(
      [fact("a", true), fact("b", true), fact("c", true, { variant: "x" })],
      [fact("a", false), fact("b", true, { why: "rollout" }), fact("c", true, { variant: "y" })],
    );
    expect(rows.map(({ flag, differs }) => [flag, differs])).toEqual([
      ["a", true],
      ["b", false],
      ["c", true],
    ]);
  });

  it("shows a flag that one side has not heard of yet", () => {
    const rows = compareFacts([fact("b", true)], [fact("a", false), fact("b", true)]);
    expect(rows[0]).toMatchObject({ flag: "a", left: undefined, differs: true });
  });
});
