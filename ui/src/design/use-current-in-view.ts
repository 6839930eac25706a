/** Tabs that are wider than their place: the one that is open is always in view. */
import { type RefObject, useEffect, useRef } from "react";

/** For the element that scrolls; `current` changes with what is open. */
export function useCurrentInView<T extends HTMLElement>(current: unknown): RefObject<T | null> {
  const ref = useRef<T>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that another is open
  useEffect(() => {
    const row = ref.current;
    const open = row?.querySelector<HTMLElement>('[aria-current="page"]');
    if (row && open) {
      const { left, right } = open.getBoundingClientRect();
      const place = row.getBoundingClientRect();
      if (right > place.right || left < place.left) {
        row.scrollLeft += (left + right - place.left - place.right) / 2;
      }
    }
  }, [current]);
  return ref;
}
