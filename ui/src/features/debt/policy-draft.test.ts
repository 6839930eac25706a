import { expect, it } from "vitest";
import { policyDraft, policyOf, problemsOf, USUAL } from "@/features/debt/policy-draft";

it("comes out of its fields as it went in", () => {
  expect(policyOf(policyDraft(USUAL))).toEqual(USUAL);
  const own = {
    ...USUAL,
    grace_days: 0,
    lifetime_days: { release: 7, experiment: 30, ops: 365, permission: null },
  };
  expect(policyOf(policyDraft(own))).toEqual(own);
});

it("says which fields hold no whole number, and lets what may stay be empty", () => {
  const draft = policyDraft(USUAL);
  expect(problemsOf(draft)).toEqual({});
  const wrong = {
    ...draft,
    grace_days: "",
    notice_days: "1.5",
    lifetime_days: { ...draft.lifetime_days, release: "", ops: "x" },
  };
  expect(Object.keys(problemsOf(wrong))).toEqual([
    "notice_days",
    "grace_days",
    "lifetime_days.release",
    "lifetime_days.ops",
  ]);
});
