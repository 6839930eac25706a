/** A file of tenants before it is sent: its format, and what the server said of its lines. Pure. */
import type { FieldProblem } from "@/api/problem";
import type { ImportFormat } from "@/features/tenants/tenants";

/** By its name, else by how it begins. */
export function formatOf(name: string, beginning: string): ImportFormat {
  if (/\.csv$/i.test(name)) {
    return "text/csv";
  }
  if (/\.(ndjson|jsonl|json)$/i.test(name)) {
    return "application/x-ndjson";
  }
  return /^\uFEFF?\s*[{[]/.test(beginning) ? "application/x-ndjson" : "text/csv";
}

export interface LineProblem {
  /** Counted from 1; `undefined` for the file as a whole. */
  line: number | undefined;
  field: string;
  message: string;
}

/** `lines[7].weight` is about line 7. */
export function lineProblem({ path, message }: FieldProblem): LineProblem {
  const found = /^lines\[(\d+)\]\.?(.*)$/.exec(path);
  return found === null
    ? { line: undefined, field: path, message }
    : { line: Number(found[1]), field: found[2] ?? "", message };
}

const SHOWN_CHARS = 200;

/** These lines of a text, to show beside what is wrong with them. */
export function linesOf(text: string, wanted: ReadonlySet<number>): Map<number, string> {
  const lines = new Map<number, string>();
  const last = Math.max(0, ...wanted);
  let start = 0;
  for (let number = 1; number <= last && start <= text.length; number += 1) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end === -1 ? text.length : end);
    if (wanted.has(number)) {
      lines.set(number, line.replace(/\r$/, "").slice(0, SHOWN_CHARS));
    }
    if (end === -1) {
      break;
    }
    start = end + 1;
  }
  return lines;
}
