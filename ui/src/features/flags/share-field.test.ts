import { expect, it } from "vitest";
import { thresholdOf } from "@/features/flags/share-field";
import { formatThreshold } from "@/text/format";

it.each([
  [0, 0],
  [25, 25_000],
  [100, 100_000],
  [0.001, 1],
  // Not a whole number of thousandths in binary.
  [33.333, 33_333],
  [0.29, 290],
  ["12.5", 12_500],
  ["", undefined],
  ["-", undefined],
  [-0.001, undefined],
  [100.001, undefined],
  [Number.NaN, undefined],
])("%j percent is %j thousandths", (percent, threshold) => {
  expect(thresholdOf(percent)).toBe(threshold);
});

it.each([
  [0, "0%"],
  [1, "0.001%"],
  [12_500, "12.5%"],
  [100_000, "100%"],
])("%i is written %s", (threshold, words) => {
  expect(formatThreshold(threshold)).toBe(words);
});
