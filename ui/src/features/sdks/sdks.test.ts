import { expect, it } from "vitest";
import { type FollowingSdk, stateOf, versionsOf } from "@/features/sdks/sdks";

const sdk = (name: string, more: Partial<FollowingSdk> = {}): FollowingSdk => ({
  instance: "1",
  token: "billing",
  sdk: name,
  revision: 7,
  connected: true,
  connected_at: "2026-11-23T12:00:00Z",
  silent_since: null,
  ...more,
});

it("counts versions, the most common first", () => {
  expect(versionsOf([sdk("rust/1"), sdk("rust/2"), sdk("go/1"), sdk("rust/2")])).toEqual([
    { sdk: "rust/2", count: 2 },
    { sdk: "go/1", count: 1 },
    { sdk: "rust/1", count: 1 },
  ]);
});

it.each([
  [{}, "confirmed"],
  [{ silent_since: "2026-11-23T12:00:00Z" }, "owes"],
  [{ connected: false, silent_since: "2026-11-23T12:00:00Z" }, "lost"],
])("%o is %s", (more, state) => {
  expect(stateOf(sdk("rust/1", more))).toBe(state);
});
