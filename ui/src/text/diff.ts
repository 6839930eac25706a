/** What was changed, field by field. */
import { formatCount, plural } from "@/text/format";

export const diffText = {
  label: "Changes",
  nothing: "No field was changed.",
  was: "Was",
  is: "Is",
  empty: "Nothing",
  emptyText: "(empty)",
  added: (n: number) => `${plural(n, "tenant", "tenants")} added:`,
  taken: (n: number) => `${plural(n, "tenant", "tenants")} taken off:`,
  more: (n: number) => `and ${formatCount(n)} more`,
} as const;
