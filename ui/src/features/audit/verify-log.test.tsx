import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { VerifyResult } from "@/features/audit/verify-log";
import { json, renderWith } from "@/testing/render";

const show = (data: Parameters<typeof VerifyResult>[0]["verify"]["data"]) =>
  renderWith(
    <VerifyResult verify={{ data, error: null, isPending: false, reset: () => {} }} />,
    async () => json({}),
  );

it("says that a log is intact, and how many entries that is", () => {
  show({ intact: true, entries: 1_204, head: "ab12", broken: null });
  expect(screen.getByText(/^All 1,204 entries are what was written/)).toBeDefined();
  expect(screen.getByText("ab12")).toBeDefined();
});

it.each([
  ["missing", "Entry 12 is missing. The 11 entries before it are good."],
  ["altered", "Entry 12 is not what was written."],
  ["beyond_head", "Entry 12 stands behind the end of the log"],
] as const)("says of a log with an entry %s where it breaks", (why, expected) => {
  show({ intact: false, entries: 11, head: "ab12", broken: { seq: 12, why } });
  expect(screen.getByRole("alert").textContent).toContain(expected);
});
