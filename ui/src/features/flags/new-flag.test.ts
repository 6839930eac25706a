import { describe, expect, it } from "vitest";
import { EMPTY_FLAG, fieldOf, keyFrom, requestOf, validateFlag } from "@/features/flags/new-flag";
import { flagsText } from "@/text/flags";

const words = flagsText.createFlag;
const today = "2026-11-22";

describe("keyFrom", () => {
  it.each([
    ["New billing", "new-billing"],
    ["  New billing (v2.1)! ", "new-billing-v2.1"],
    ["Überprüfung", "uberprufung"],
    ["...", ""],
    ["日本", ""],
    ["a".repeat(200), "a".repeat(128)],
  ])("%j suggests %j", (name, key) => {
    expect(keyFrom(name)).toBe(key);
  });
});

describe("validateFlag", () => {
  const flag = { ...EMPTY_FLAG, key: "new-billing", expiresOn: "2027-02-20" };

  it.each([
    ["a good flag", flag, {}],
    ["no key", { ...flag, key: "" }, { key: words.needsKey }],
    ["a key with a slash", { ...flag, key: "new/billing" }, { key: words.wrongKey }],
    ["a key of two dots", { ...flag, key: ".." }, { key: words.wrongKey }],
    ["a release that stays", { ...flag, expiresOn: "" }, { expiresOn: words.needsExpiry }],
    ["an ops flag that stays", { ...flag, kind: "ops", expiresOn: "" }, {}],
    ["a day gone by", { ...flag, expiresOn: "2026-11-21" }, { expiresOn: words.pastExpiry }],
    ["today", { ...flag, expiresOn: today }, {}],
  ])("%s", (_case, value, errors) => {
    expect(validateFlag(value, today)).toEqual(errors);
  });
});

describe("requestOf", () => {
  it("leaves out what is empty", () => {
    expect(requestOf({ ...EMPTY_FLAG, key: "a", owner: "  " })).toEqual({
      key: "a",
      kind: "release",
    });
  });
});

describe("fieldOf", () => {
  it.each([
    ["expires_on", "expiresOn"],
    ["tags[3]", "tags"],
    ["key", "key"],
    ["salt", undefined],
    ["", undefined],
  ])("%j is about %j", (path, field) => {
    expect(fieldOf(path)).toBe(field);
  });
});
