import { cleanup, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { AuditPage } from "@/features/audit/audit-page";
import { json, renderWith } from "@/testing/render";
import { auditText } from "@/text/audit";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("looks on while pages hold nothing of what is looked for, and only then says so", async () => {
  const asked: (string | null)[] = [];
  renderWith(
    <AuditPage project="default" environments={[]} view={{ actor: "ada" }} onView={vi.fn()} />,
    async ({ url }) => {
      const { searchParams } = new URL(url);
      if (searchParams.get("actor") === "ada") {
        asked.push(searchParams.get("cursor"));
        expect(screen.queryByText(auditText.noMatchTitle)).toBeNull();
      }
      return json({ items: [], next_cursor: asked.length < 4 ? `c${asked.length}` : null });
    },
  );
  await screen.findByText(auditText.noMatchTitle);
  expect(asked).toEqual([null, "c1", "c2", "c3"]);
});
