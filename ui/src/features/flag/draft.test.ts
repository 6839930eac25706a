import { describe, expect, it } from "vitest";
import {
  changedFields,
  differences,
  draftOf,
  parseKeys,
  patchOf,
  rebase,
} from "@/features/flag/draft";

const base = draftOf({ on: true, allow: ["acme"], rollout: { threshold: 5_000, salt: null } });

describe("a draft", () => {
  it("knows what differs, and sends only that", () => {
    const mine = { ...base, rollout: { ...base.rollout, threshold: 25_000 } };
    expect(changedFields(base, mine)).toEqual(["rollout"]);
    expect(patchOf(base, mine)).toEqual({ rollout: { threshold: 25_000, salt: null } });
    expect(
      patchOf(
        base,
        draftOf({ on: true, allow: ["acme"], rollout: { threshold: 5_000, salt: null } }),
      ),
    ).toEqual({});
  });

  it("takes key lists for sets, and absent fields for null", () => {
    const listed = draftOf({ allow: ["a", "b"], variants: [{ name: "x", weight: 1 }] });
    const again = draftOf({
      allow: ["b", "a"],
      variants: [{ weight: 1, name: "x", payload: null }],
    });
    expect(changedFields(listed, again)).toEqual([]);
  });

  it("tells differences as the audit log does", () => {
    const mine = {
      ...base,
      allow: ["globex"],
      rules: [{ effect: "on" as const }],
      rollout: { threshold: 0, salt: "s" },
    };
    expect(differences(base, mine)).toEqual([
      { path: "allow", before: ["acme"], after: ["globex"] },
      { path: "rules[0]", before: null, after: { effect: "on" } },
      { path: "rollout.threshold", before: 5_000, after: 0 },
      { path: "rollout.salt", before: null, after: "s" },
    ]);
  });
});

describe("a draft that somebody else overtook", () => {
  const mine = { ...base, allow: ["acme", "globex"], rollout: { threshold: 25_000, salt: null } };

  it("keeps both halves", () => {
    const theirs = { ...base, on: false };
    expect(rebase(base, mine, theirs)).toEqual({ draft: { ...mine, on: false }, conflicts: [] });
  });

  it("puts key lists together, whoever added or took off whom", () => {
    const theirs = { ...base, allow: ["hooli"] };
    expect(rebase(base, mine, theirs).draft.allow).toEqual(["globex", "hooli"]);
    expect(rebase(base, mine, theirs).conflicts).toEqual([]);
  });

  it("keeps its own where both changed the same, and says so", () => {
    const theirs = { ...base, rollout: { threshold: 50_000, salt: null } };
    const { draft, conflicts } = rebase(base, mine, theirs);
    expect(draft.rollout.threshold).toBe(25_000);
    expect(conflicts).toEqual(["rollout"]);
    expect(rebase(base, mine, { ...base, rollout: mine.rollout }).conflicts).toEqual([]);
  });
});

describe("pasted keys", () => {
  it.each([
    ["acme\nglobex\n", ["acme", "globex"]],
    ["acme, globex;hooli\tinitech", ["acme", "globex", "hooli", "initech"]],
    [" \"acme corp\" \r\n'globex' ", ["acme corp", "globex"]],
    ["acme acme\nacme acme", ["acme acme"]],
    ["\n , ", []],
  ])("%j", (text, keys) => {
    expect(parseKeys(text)).toEqual(keys);
  });
});
