import { describe, expect, it } from "vitest";
import { linesOfOwners, ownersOf, type Token, tokenState } from "@/features/settings/settings";

const now = new Date("2026-11-23T12:00:00Z");
const token = {
  id: "1",
  type: "sdk",
  name: "billing",
  created_at: "2026-01-01T00:00:00Z",
  created_by: "ada",
} satisfies Token;

describe("tokenState", () => {
  it.each([
    [{}, "live"],
    [{ expires_at: "2026-11-23T12:00:01Z" }, "live"],
    [{ expires_at: "2026-11-23T12:00:00Z" }, "expired"],
    [{ expires_at: "2026-11-01T12:00:00Z", revoked_at: "2026-10-01T12:00:00Z" }, "revoked"],
  ])("%o is %s", (more, state) => {
    expect(tokenState({ ...token, ...more }, now)).toBe(state);
  });
});

it("turns owners into lines and back, without empty ones", () => {
  const owners = { web: ["a@example.com"], "team-b": ["b@example.com", "c@example.com"] };
  expect(linesOfOwners(owners).map(({ owner }) => owner)).toEqual(["team-b", "web"]);
  expect(ownersOf([...linesOfOwners(owners), { owner: " ", addresses: [] }])).toEqual(owners);
});
