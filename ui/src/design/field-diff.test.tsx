import { fireEvent, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { FieldDiff } from "@/design/field-diff";
import { json, renderWith } from "@/testing/render";

const show = (changes: Parameters<typeof FieldDiff>[0]["changes"]) =>
  renderWith(<FieldDiff changes={changes} />, async () => json({}));

it("tells what was and what is, also in words", () => {
  show([{ path: "targeting.rollout.threshold", before: 5000, after: 25000 }]);
  expect(screen.getByRole("list", { name: "Changes" }).textContent).toBe("RolloutWas 5%→Is 25%");
});

it("tells of key lists who was added and who was taken off", () => {
  const many = Array.from({ length: 40 }, (_, index) => `tenant-${index}`);
  show([{ path: "environments.production.allow", before: ["globex"], after: many }]);
  expect(screen.getByText("40 tenants added:")).toBeDefined();
  expect(screen.getByText("1 tenant taken off:")).toBeDefined();
  expect(screen.queryByText("tenant-39")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "and 28 more" }));
  expect(screen.getByText("tenant-39")).toBeDefined();
});

it("leaves markup what it is: text", () => {
  show([{ path: "flag.name", before: "", after: "<img src=x onerror=alert(1)>" }]);
  expect(screen.getByText("<img src=x onerror=alert(1)>")).toBeDefined();
  expect(document.querySelector("img")).toBeNull();
});

it("tells what was made field by field, without what it has not", () => {
  show([
    { path: "flag", before: null, after: { key: "a", owner: null, tags: [], extensions: 0 } },
    { path: "segment", before: { key: "b" }, after: null },
  ]);
  const list = screen.getByRole("list", { name: "Changes" });
  expect(list.textContent).toBe("KeyIs aTimes put offIs 0KeyWas b");
});
