import { expect, it } from "vitest";
import { mostCommon } from "@/design/usual-height";

it.each([
  [[], undefined],
  [[53], 53],
  [[68, 61.25, 61.25, 70, 61.25, 68], 61.25],
])("of %o is %s", (values, expected) => {
  expect(mostCommon(values)).toBe(expected);
});
