import { cleanup, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { DebtDetails } from "@/features/debt/debt-details";
import { json, renderWith } from "@/testing/render";
import { debtText } from "@/text/debt";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const removal = {
  keep: "on",
  blockers: [],
  evidence: ["production has served on to all of its 300 tenants since 8 May."],
  environments: [
    { environment: "production", on: 300, off: 0, differing: [] },
    { environment: "staging", on: 1, off: 4, differing: ["acme"] },
  ],
};
const references = {
  references: 40,
  items: Array.from({ length: 40 }, (_, line) => ({
    flag: "new-billing",
    repository: "shop/api",
    path: "src/bill.rs",
    line,
    column: 1,
    call: "is_enabled",
  })),
  repositories: [
    { repository: "shop/web", first_commit: "a", first_at: "", gone_commit: "b".repeat(40) },
  ],
};

it("proves that a flag can go, and shows the code that asks for it", async () => {
  const answer = async (request?: Request) =>
    json(request?.url.endsWith("/removal") ? removal : references);
  renderWith(
    <DebtDetails
      project="default"
      flag="new-billing"
      found={{
        key: "new-billing",
        kind: "release",
        states: ["overdue", "ready"],
        expires_on: "2026-10-09",
        days_past_expiry: 45,
        extensions: 2,
        references: 40,
        debt: 5_535,
        explanation: "Safe to remove.",
      }}
      onClose={vi.fn()}
      onExtend={vi.fn()}
      onArchive={vi.fn()}
    />,
    answer,
  );
  await screen.findByText(debtText.details.ready(debtText.details.on));
  expect(screen.getByText(removal.evidence[0] ?? "")).toBeDefined();
  expect(screen.getByText("acme")).toBeDefined();
  expect(screen.getByText(debtText.formula(5_535, 45, 40, 2))).toBeDefined();
  await screen.findByText("src/bill.rs:29");
  expect(screen.queryByText("src/bill.rs:30")).toBeNull();
  expect(screen.getByText(debtText.details.moreReferences(10))).toBeDefined();
  expect(screen.getByText(debtText.details.was("shop/web", "bbbbbbbbbbbb"))).toBeDefined();
});
