import { describe, expect, it, vi } from "vitest";
import { batched } from "@/features/flags/batched";
import { hourly } from "@/features/flags/usage";

const echo = () => vi.fn(async (keys: string[]) => new Map(keys.map((it) => [it, `${it}!`])));

describe("questions of one moment", () => {
  it("go out as one, each once, and get their own answers", async () => {
    const ask = echo();
    const one = batched({ ask, most: 200, mostCharacters: 6_000 });
    expect(await Promise.all(["a", "b", "a"].map(one))).toEqual(["a!", "b!", "a!"]);
    expect(ask.mock.calls).toEqual([[["a", "b"]]]);
    expect(await one("a")).toBe("a!");
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it("are as many requests as their number and their length need", async () => {
    const ask = echo();
    const one = batched({ ask, most: 2, mostCharacters: 7 });
    await Promise.all(["a", "b", "c", "long-one", "d", "eeeee"].map(one));
    expect(ask.mock.calls.map(([keys]) => keys)).toEqual([
      ["a", "b"],
      ["c"],
      ["long-one"],
      ["d", "eeeee"],
    ]);
  });

  it("fail together, and no others with them", async () => {
    const ask = vi
      .fn<(keys: string[]) => Promise<Map<string, string>>>()
      .mockRejectedValueOnce(new Error("away"))
      .mockResolvedValue(new Map());
    const one = batched({ ask, most: 200, mostCharacters: 6_000 });
    const answers = await Promise.allSettled([one("a"), one("b")]);
    expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await one("a")).toBeUndefined();
  });
});

it("is a day of hours, with those without calls", () => {
  const steps = [
    { at: "2026-11-22T11:00:00Z", on: 3, off: 1 },
    { at: "2026-11-21T12:00:00Z", on: 7, off: 0 },
    { at: "2026-11-21T13:00:00Z", on: 2, off: 0 },
  ];
  const values = hourly({ steps }, new Date("2026-11-22T12:34:56Z"));
  expect(values).toEqual([2, ...Array(21).fill(0), 4, 0]);
});
