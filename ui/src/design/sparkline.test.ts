import { expect, it } from "vitest";
import { pointsOf } from "@/design/sparkline";

it("fills its width and its height", () => {
  expect(pointsOf([0, 5, 10], 70, 20)).toEqual([
    [0, 18.5],
    [35, 10],
    [70, 1.5],
  ]);
});

it("has no line where there is nothing to compare", () => {
  expect(pointsOf([], 70, 20)).toEqual([]);
  expect(pointsOf([3], 70, 20)).toEqual([]);
  expect(pointsOf([0, 0, 0], 70, 20)).toEqual([]);
});
