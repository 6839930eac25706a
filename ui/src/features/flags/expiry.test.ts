import { describe, expect, it } from "vitest";
import { dayFromNow, expiryOf } from "@/features/flags/expiry";

const now = new Date("2026-11-22T23:59:00Z");

describe("expiryOf", () => {
  it.each([
    [null, "none", 0],
    ["2027-02-20", "ahead", 90],
    ["2026-12-07", "ahead", 15],
    ["2026-12-06", "due", 14],
    ["2026-11-23", "due", 1],
    ["2026-11-22", "due", 0],
    ["2026-11-21", "expired", 1],
    ["2026-11-08", "expired", 14],
    ["2026-11-07", "overdue", 15],
  ])("%s is %s by %i days", (expiresOn, state, days) => {
    expect(expiryOf(expiresOn, now)).toEqual({ state, days });
  });

  it("counts UTC days, whatever the hour", () => {
    expect(expiryOf("2026-11-22", new Date("2026-11-22T00:00:00Z")).state).toBe("due");
    expect(expiryOf("2026-11-22", new Date("2026-11-23T00:00:00Z")).state).toBe("expired");
  });
});

describe("dayFromNow", () => {
  it("crosses months and leap days", () => {
    expect(dayFromNow(90, now)).toBe("2027-02-20");
    expect(dayFromNow(1, new Date("2028-02-28T12:00:00Z"))).toBe("2028-02-29");
  });
});
