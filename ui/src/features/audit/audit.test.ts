import { afterEach, describe, expect, it, vi } from "vitest";
import { type AuditEntry, csvOf, exportLog, ndjsonOf, targetOf } from "@/features/audit/audit";
import { json } from "@/testing/render";

const entry: AuditEntry = {
  seq: 7,
  at: "2026-11-23T12:00:00Z",
  actor: "=cmd|'/c calc'!A1",
  action: "flag.kill",
  target: "flag/new-billing",
  token: null,
  environment: "production",
  revisions: { production: 12 },
  reason: 'said "stop", twice',
  request_id: "r-1",
  changes: [{ path: "block", before: [], after: ["acme"] }],
  hash: "ab",
};

it.each([
  ["flag/new-billing", { kind: "flag", key: "new-billing" }],
  ["tenant/a/b", { kind: "tenant", key: "a/b" }],
  ["tenants", { kind: "tenants", key: "" }],
  ["webhook/x", { kind: "other", key: "webhook/x" }],
])("%s names %o", (target, expected) => {
  expect(targetOf(target)).toEqual(expected);
});

describe("an export", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("writes rows that no spreadsheet runs", () => {
    expect(csvOf(entry)).toBe(
      `7,2026-11-23T12:00:00Z,'=cmd|'/c calc'!A1,flag.kill,flag/new-billing,production,"said ""stop"", twice",,r-1,"{""production"":12}","[{""path"":""block"",""before"":[],""after"":[""acme""]}]",ab\r\n`,
    );
    expect(JSON.parse(ndjsonOf(entry))).toEqual(entry);
  });

  it("reads on until there is no more, with the filter on each page", async () => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (request: Request) => {
      const { searchParams } = new URL(request.url);
      asked.push(searchParams.toString());
      const cursor = searchParams.get("cursor");
      return json({
        items: [{ ...entry, seq: cursor === null ? 2 : 1 }],
        next_cursor: cursor === null ? "c" : null,
      });
    });
    const progress: number[] = [];
    const parts = await exportLog(
      "default",
      { actor: "ada" },
      "ndjson",
      new AbortController().signal,
      (n) => progress.push(n),
    );
    expect(
      parts
        .join("")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).seq),
    ).toEqual([2, 1]);
    expect(asked).toEqual(["actor=ada&limit=200", "actor=ada&limit=200&cursor=c"]);
    expect(progress).toEqual([1, 2]);
  });
});
