import { expect, it } from "vitest";
import { countdownWords, lengthWords, steadyEnd } from "@/features/plan/duration";

it.each([
  [0, "0:00"],
  [-3, "0:00"],
  [67, "1:07"],
  [3_600, "1:00:00"],
  [3_787, "1:03:07"],
  [183_600, "2 d 3 h"],
])("counts %d seconds down as %s", (seconds, words) => {
  expect(countdownWords(seconds)).toBe(words);
});

it.each([
  [0, "0 s"],
  [45, "45 s"],
  [1_800, "30 min"],
  [5_400, "1 h 30 min"],
  [172_800, "2 d"],
  [176_460, "2 d 1 h"],
])("calls %d seconds %s", (seconds, words) => {
  expect(lengthWords(seconds)).toBe(words);
});

it("moves an end only for more than what answers differ by", () => {
  const end = steadyEnd(undefined, 1_000, 60);
  expect(end).toBe(61_000);
  expect(steadyEnd(end, 4_400, 57)).toBe(61_000);
  expect(steadyEnd(end, 4_400, 90)).toBe(94_400);
});
