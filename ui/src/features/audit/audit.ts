/** The project's audit log: pages of entries, its verification, and its export. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, call, type Schemas } from "@/api/client";
import { csvRow } from "@/design/csv";
import { pageOptions } from "@/design/paged";

export type AuditEntry = Schemas["AuditEntry"];
export type Verification = Schemas["AuditVerification"];

/** What is looked for; each as the log has it, word for word. */
export interface AuditFilter {
  actor?: string;
  action?: string;
  flag?: string;
  environment?: string;
  /** `tenant/acme`, `segment/partners`, `token/<id>`. */
  target?: string;
  /** Instants: at that or later, and before that. */
  from?: string;
  to?: string;
  /** Part of the target, the actor or the reason. */
  q?: string;
}

const PAGE_SIZE = 100;
const EXPORT_PAGE_SIZE = 200;

const auditKey = (project: string) => ["project", project, "audit"];
export const auditListKey = (project: string) => [...auditKey(project), "list"];

export function auditQuery(project: string, filter: AuditFilter) {
  return infiniteQueryOptions({
    ...pageOptions,
    queryKey: [...auditListKey(project), filter],
    queryFn: ({ pageParam, signal }) => readPage(project, filter, PAGE_SIZE, pageParam, signal),
    placeholderData: keepPreviousData,
  });
}

/** One entry; what is written once stays as it is. */
export function entryQuery(project: string, seq: number) {
  return queryOptions({
    queryKey: [...auditKey(project), "entry", seq],
    queryFn: async ({ signal }): Promise<AuditEntry> => {
      const request = api.GET("/api/v1/projects/{project}/audit/{seq}", {
        params: { path: { project, seq } },
        signal,
      });
      return (await call(request)).data;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

async function readPage(
  project: string,
  filter: AuditFilter,
  limit: number,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Schemas["AuditEntryList"]> {
  const request = api.GET("/api/v1/projects/{project}/audit", {
    params: { path: { project }, query: { ...filter, limit, ...(cursor && { cursor }) } },
    signal,
  });
  return (await call(request)).data;
}

export async function verifyLog(project: string): Promise<Verification> {
  const request = api.GET("/api/v1/projects/{project}/audit/verify", {
    params: { path: { project } },
  });
  return (await call(request)).data;
}

export type ExportFormat = "csv" | "ndjson";

/** Reads all that the filter finds, page by page; tells how many entries there are so far. */
export async function exportLog(
  project: string,
  filter: AuditFilter,
  format: ExportFormat,
  signal: AbortSignal,
  onProgress: (entries: number) => void,
): Promise<string[]> {
  const parts = format === "csv" ? [csvRow(COLUMNS)] : [];
  let cursor: string | undefined;
  let entries = 0;
  do {
    const page = await readPage(project, filter, EXPORT_PAGE_SIZE, cursor, signal);
    parts.push(page.items.map(format === "csv" ? csvOf : ndjsonOf).join(""));
    entries += page.items.length;
    onProgress(entries);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return parts;
}

const COLUMNS = [
  "seq",
  "at",
  "actor",
  "action",
  "target",
  "environment",
  "reason",
  "token",
  "request_id",
  "revisions",
  "changes",
  "hash",
];

export function csvOf(entry: AuditEntry): string {
  return csvRow([
    entry.seq,
    entry.at,
    entry.actor,
    entry.action,
    entry.target,
    entry.environment,
    entry.reason,
    entry.token,
    entry.request_id,
    JSON.stringify(entry.revisions),
    JSON.stringify(entry.changes),
    entry.hash,
  ]);
}

export function ndjsonOf(entry: AuditEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

export interface TargetPart {
  kind: "flag" | "segment" | "tenant" | "token" | "environment" | "project" | "tenants" | "other";
  key: string;
}

/** `flag/new-billing` is the flag `new-billing`; a tenant's key may have slashes of its own. */
export function targetOf(target: string): TargetPart {
  const slash = target.indexOf("/");
  const kind = slash === -1 ? target : target.slice(0, slash);
  const known = ["flag", "segment", "tenant", "token", "environment", "project", "tenants"];
  return known.includes(kind)
    ? { kind: kind as TargetPart["kind"], key: slash === -1 ? "" : target.slice(slash + 1) }
    : { kind: "other", key: target };
}
