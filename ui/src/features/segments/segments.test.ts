import { expect, it } from "vitest";
import { keysOf, SEGMENT_KEY, segmentKeyFrom } from "@/features/segments/segments";

it("reads pasted keys, each once, whatever separates them", () => {
  expect(keysOf("acme\r\nglobex, initech;acme\n\n  hooli corp \t umbrella")).toEqual([
    "acme",
    "globex",
    "initech",
    "hooli corp",
    "umbrella",
  ]);
  expect(keysOf(" \n")).toEqual([]);
});

it.each([
  ["Design partners", "design-partners"],
  ["  Größte Kunden! ", "gro-te-kunden"],
  ["Été 2026", "ete-2026"],
  ["…", ""],
])("makes of %s the key %s", (name, key) => {
  expect(segmentKeyFrom(name)).toBe(key);
});

it("knows what a key is", () => {
  expect(["a", "A.b_c~d-e", "..."].every((it) => SEGMENT_KEY.test(it))).toBe(true);
  expect(["", ".", "..", "a b", "ä"].some((it) => SEGMENT_KEY.test(it))).toBe(false);
});
