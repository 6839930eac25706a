import { describe, expect, it } from "vitest";
import { flagsOf, type IndebtedFlag, type Report, tagsOf } from "@/features/debt/debt";
import { verdictOf } from "@/features/debt/gate";

function flag(key: string, states: IndebtedFlag["states"], more: Partial<IndebtedFlag> = {}) {
  return { key, states, tags: [], debt: 0, days_past_expiry: null, ...more };
}

const report = {
  flags: [
    flag("a", ["due"], { days_past_expiry: -3, owner: "growth" }),
    flag("b", ["expired", "over_extended"], { days_past_expiry: 4, debt: 12, tags: ["api"] }),
    flag("c", ["overdue", "ready", "unowned"], { days_past_expiry: 52, debt: 52, tags: ["ui"] }),
    flag("d", ["unknown"]),
    flag("e", ["overdue"], { days_past_expiry: 20, debt: 400, tags: ["api"], owner: "growth" }),
  ],
  policy: { grace_days: 14, notice_days: 7 },
} as Report;

const keys = (view: Parameters<typeof flagsOf>[1]) => flagsOf(report, view).map(({ key }) => key);

describe("a view of the report", () => {
  it("is in its order", () => {
    expect(keys({})).toEqual(["e", "c", "b", "a", "d"]);
    expect(keys({ sort: "age" })).toEqual(["c", "e", "b", "a", "d"]);
    expect(keys({ sort: "key" })).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("is narrowed by state, owner and tag", () => {
    expect(keys({ state: "overdue" })).toEqual(["e", "c"]);
    expect(keys({ owner: "growth" })).toEqual(["e", "a"]);
    expect(keys({ owner: "" })).toEqual(["c", "b", "d"]);
    expect(keys({ tag: "api", state: "overdue" })).toEqual(["e"]);
    expect(tagsOf(report)).toEqual(["api", "ui"]);
  });
});

describe("the gate's verdict", () => {
  it("is the command's, word for word", () => {
    expect(verdictOf({ ...report, flags: [] }, "overdue")).toEqual({
      passes: true,
      why: "no flag is overdue.",
    });
    const one = report.flags.filter(({ key }) => key !== "e");
    expect(verdictOf({ ...report, flags: one }, "overdue").why).toBe(
      "1 flag is overdue, expired for more than 14 days; delete it from the code and archive it, or extend it with a reason. Also noted: 1 expired, 1 due, 1 over-extended, 1 ready, 1 unknown, 1 unowned.",
    );
  });

  it("counts a failing flag's other states, and not the ones it fails by", () => {
    expect(verdictOf(report, "expired")).toEqual({
      passes: false,
      why: "3 flags are past the expiry date; delete them from the code and archive them, or extend them with a reason. Also noted: 1 due, 1 over-extended, 1 ready, 1 unknown, 1 unowned.",
    });
    expect(verdictOf(report, "due").why).toContain(
      "4 flags are past the expiry date or within 7 days of it; ",
    );
    const quiet = report.flags.filter(({ key }) => key === "a" || key === "d");
    expect(verdictOf({ ...report, flags: quiet }, "overdue")).toEqual({
      passes: true,
      why: "no flag is overdue. Also noted: 1 due, 1 unknown.",
    });
  });
});
