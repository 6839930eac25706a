/** Where the keyboard leads in a list. Pure, so that the ends can be tested alone. */
import { defaultRangeExtractor, type Range } from "@tanstack/react-virtual";

export type Move = "next" | "previous" | "pageDown" | "pageUp" | "start" | "end";

/** The row after a move; a list does not wrap around. */
export function moved(move: Move, from: number, count: number, page: number): number {
  const to = {
    next: from + 1,
    previous: from - 1,
    pageDown: from + page,
    pageUp: from - page,
    start: 0,
    end: count - 1,
  }[move];
  return Math.max(0, Math.min(to, count - 1));
}

/** The rows in view, and the active one wherever it is. */
export function withActive(range: Range, active: number): number[] {
  const shown = defaultRangeExtractor(range);
  if (active >= range.count || shown.includes(active)) {
    return shown;
  }
  return [...shown, active].toSorted((a, b) => a - b);
}
