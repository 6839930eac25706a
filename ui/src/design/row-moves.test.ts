import { describe, expect, it } from "vitest";
import { moved, withActive } from "@/design/row-moves";

describe("moved", () => {
  it.each([
    ["next", 3, 4],
    ["next", 9, 9],
    ["previous", 0, 0],
    ["pageDown", 7, 9],
    ["pageUp", 2, 0],
    ["start", 7, 0],
    ["end", 0, 9],
  ] as const)("%s from %i leads to %i of ten", (move, from, to) => {
    expect(moved(move, from, 10, 4)).toBe(to);
  });

  it("stays at the start of an empty list", () => {
    expect(moved("end", 0, 0, 4)).toBe(0);
  });
});

describe("withActive", () => {
  const range = { startIndex: 50, endIndex: 52, overscan: 1, count: 100 };

  it("keeps the active row in the document, in its order", () => {
    expect(withActive(range, 3)).toEqual([3, 49, 50, 51, 52, 53]);
    expect(withActive(range, 99)).toEqual([49, 50, 51, 52, 53, 99]);
  });

  it("adds nothing that is there, or is not any more", () => {
    expect(withActive(range, 51)).toEqual([49, 50, 51, 52, 53]);
    expect(withActive(range, 100)).toEqual([49, 50, 51, 52, 53]);
  });
});
