/** What every long list says of itself. */
import { formatCount } from "@/text/format";

export const lists = {
  retry: "Try again",
  more: "Loading more…",
  moreFailed: "The rest of the list could not be read.",
  seekingEnd: (shown: number, total: number | undefined) =>
    total === undefined
      ? `Reading on to the end: ${formatCount(shown)} so far.`
      : `Reading on to the end: ${formatCount(shown)} of ${formatCount(total)}.`,
  sortBy: (column: string) => `Sort by ${column}`,
  searchHint: "Press / to search",
  clearSearch: "Clear search",
  changed: "This list has changed.",
  showChanges: "Show the changes",
} as const;
