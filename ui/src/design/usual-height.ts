/**
 * The height that most rows of a list turn out to have, in place of a guess. Where a row is not as
 * high as was thought, all rows below it are placed anew: with a hundred thousand of them that is most
 * of what a jump costs, and a guess is wrong for nearly each.
 */
import type { Virtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef } from "react";

type Rows = Virtualizer<Window, Element>;

/** `guess` holds until rows have been seen, in pixels. */
export function useUsualHeight(guess: number) {
  const usual = useRef(guess);
  return { estimateSize: () => usual.current, usual };
}

/** Learns it from the first rows, and again when the window's size has changed them. */
export function useLearnedHeight(
  { usual }: ReturnType<typeof useUsualHeight>,
  virtualizer: Rows,
  list: RefObject<HTMLElement | null>,
  /** Whether some are in the document: none is at first. */
  hasRows: boolean,
): void {
  const learn = useEffectEvent(() => {
    const rows = [...(list.current?.querySelectorAll("[data-index]") ?? [])];
    const height = mostCommon(rows.map((row) => row.getBoundingClientRect().height));
    if (height === undefined || height === 0 || height === usual.current) {
      return;
    }
    usual.current = height;
    virtualizer.measure();
    // Places all rows by it; those in the document keep the heights that they have.
    virtualizer.getTotalSize();
    for (const row of rows) {
      virtualizer.measureElement(row);
    }
  });
  useLayoutEffect(() => {
    if (hasRows) {
      learn();
    }
  }, [hasRows]);
  useEffect(() => {
    const onResize = () => learn();
    window.addEventListener("resize", onResize);
    return () => window.removeEventListener("resize", onResize);
  }, []);
}

export function mostCommon(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}
