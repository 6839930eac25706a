import { expect, it } from "vitest";
import { draftOf } from "@/features/flag/draft";
import type { AuditEntry } from "@/features/flag/evidence";
import { targetingBefore } from "@/features/flag/undo";

type Changes = [path: string, before: unknown, after: unknown][];

function entry(environment: string | null, changes: Changes): AuditEntry {
  const entry = {
    environment,
    changes: changes.map(([path, before, after]) => ({ path, before, after })),
  };
  return entry as AuditEntry;
}

const rule = { conditions: [{ attribute: "plan", operator: "in", values: ["pro"] }], effect: "on" };
const now = draftOf({
  on: true,
  allow: ["acme", "globex"],
  rollout: { threshold: 25_000, salt: null },
  rules: [rule as never],
});

it("is what later entries of the environment left, without them", () => {
  const later = [
    entry("production", [
      ["targeting.rollout.threshold", 5_000, 25_000],
      ["allow", ["hooli"], ["globex"]],
      ["plan.stage", "5 %", "25 %"],
    ]),
    entry("staging", [["targeting.on", true, false]]),
    entry("production", [
      ["targeting.on", false, true],
      ["targeting.rules", [], [rule]],
    ]),
  ];
  expect(targetingBefore(now, later, "production")).toEqual(
    draftOf({ on: false, allow: ["acme", "hooli"], rollout: { threshold: 5_000, salt: null } }),
  );
  expect(targetingBefore(now, [], "production")).toEqual(now);
});

it("undoes parts of a rule, and entries about several environments", () => {
  const later = [
    entry("production", [["targeting.rules[0].effect", "off", "on"]]),
    entry(null, [
      ["environments.production.targeting.rollout.salt", "old", null],
      ["environments.staging.targeting.on", true, false],
    ]),
  ];
  expect(targetingBefore(now, later, "production")).toEqual({
    ...now,
    rules: [{ ...rule, effect: "off" }],
    rollout: { threshold: 25_000, salt: "old" },
  });
});

it.each<[string, Changes]>([
  ["a field that is another now", [["targeting.rollout.threshold", 0, 26_000]]],
  ["a place that is not there", [["targeting.rules[3].effect", "off", "on"]]],
  ["a key that is not on the list", [["allow", [], ["hooli"]]]],
  ["a name that cannot be told from two", [["targeting.rules[0].a.b", 1, 2]]],
  ["the making of the targeting", [["targeting", null, { on: true }]]],
])("is unknown after %s", (_what, changes) => {
  expect(targetingBefore(now, [entry("production", changes)], "production")).toBeUndefined();
});
