/** The command's own words, read where its own tests have them. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { IndebtedFlag, Report } from "@/features/debt/debt";
import { verdictOf } from "@/features/debt/gate";

const COMMAND = "../sdk/cli/src/command/debt";
const tests = readFileSync(`${COMMAND}/format/tests.rs`, "utf8");
const gate = readFileSync(`${COMMAND}/gate.rs`, "utf8");

/** The flags that the command's tests judge, as far as the verdict goes by them. */
const flags = [...tests.matchAll(/\{"key": "([\w-]+)",[^{}]*?"states": (\[[^\]]*\])([^{}]*)/g)].map(
  ([, key, states, rest]) => ({
    key,
    states: JSON.parse(states ?? "[]"),
    api: rest?.includes('"api"'),
  }),
);
const policy = JSON.parse(tests.match(/"policy": (\{[^}]*\})/)?.[1] ?? "{}") as Report["policy"];
const verdict = (some: readonly object[], by: Parameters<typeof verdictOf>[1] = "overdue") =>
  verdictOf({ flags: some as IndebtedFlag[], policy }, by);

/** What a snapshot has behind these words, on the same line. */
function snapshot(begin: string): string {
  const found = tests.split("\n").find((line) => line.includes(begin));
  expect(found, `a snapshot with "${begin}"`).toBeDefined();
  return found?.slice(found.indexOf(begin) + begin.length) ?? "";
}

describe("the gate's verdict, and the command's snapshots", () => {
  it("agree on what they judge", () => {
    expect(flags.map(({ key }) => key)).toEqual([
      "checkout-v2",
      "dark-mode",
      "export",
      "new-billing",
    ]);
    expect(policy).toEqual({ notice_days: 14, grace_days: 14 });
  });

  it("agree on what passes", () => {
    const { passes, why } = verdict([]);
    expect({ passes, why: `${why}");` }).toEqual({
      passes: true,
      why: snapshot("✓ shop passes: "),
    });
  });

  it("agree on what fails, on the way out, and on what is noted besides", () => {
    const { passes, why } = verdict(flags);
    expect(passes).toBe(false);
    // What follows there is told of the code.
    expect(snapshot("what changed since main asks for more of these: ").slice(0, why.length)).toBe(
      why,
    );
  });

  it("agree on what is noted where nothing fails", () => {
    const { why } = verdict(flags.filter(({ api }) => api));
    expect(snapshot('assert_snapshot!(narrowed.verdict().why, @"').slice(0, why.length)).toBe(why);
  });

  it("agree on the words of the stricter gates", () => {
    const says = (words: string) =>
      expect(gate, `the command's words "${words}"`).toContain(`"${words}"`);
    for (const by of ["overdue", "expired", "due"] as const) {
      says(verdict([], by).why.replace(/^no flag is (.*)\.$/, "$1"));
      const failing = verdict([{ states: [by] }], by).why.replace(/^1 flag is (.*?);.*$/, "$1");
      says(failing.replace(/\d+/, "{days}"));
    }
  });
});
