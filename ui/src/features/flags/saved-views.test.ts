import { beforeEach, expect, it } from "vitest";
import { forgetView, savedViews, saveView } from "@/features/flags/saved-views";

beforeEach(() => localStorage.clear());

it("keeps views by name, each project's apart", () => {
  saveView("default", { name: "Mine", search: { owner: "me" } });
  saveView("default", { name: "Mine", search: { owner: "us" } });
  saveView("other", { name: "Theirs", search: {} });
  expect(savedViews("default")).toEqual([{ name: "Mine", search: { owner: "us" } }]);
  forgetView("default", "Mine");
  expect(savedViews("default")).toEqual([]);
  expect(savedViews("other")).toHaveLength(1);
});

it("is not upset by what somebody else has written", () => {
  for (const stored of ["{", "7", '[{"name": 1}, {"name": "ok", "search": {}}]']) {
    localStorage.setItem("tenantry-views/default", stored);
    expect(savedViews("default").every(({ name }) => name === "ok")).toBe(true);
  }
});
