/**
 * Keys that work on every page: `g f` and the like lead to a page, Ctrl+K (or Cmd+K) opens the
 * palette, `?` shows them all. `/` belongs to the search of the page that has one.
 *
 * Invariant: nothing is taken from somebody who is typing, but for Ctrl+K.
 */
import { useEffect, useEffectEvent } from "react";

interface Shortcuts {
  /** By the keys, as `g f`. */
  sequences: Readonly<Record<string, () => void>>;
  onPalette: () => void;
  onHelp: () => void;
}

/** Longer than this between two keys, and they are two. */
const SEQUENCE_MS = 1_200;

export function useShortcuts(shortcuts: Shortcuts): void {
  const onPalette = useEffectEvent(shortcuts.onPalette);
  const onHelp = useEffectEvent(shortcuts.onHelp);
  const go = useEffectEvent((keys: string): boolean => {
    const found = shortcuts.sequences[keys];
    found?.();
    return found !== undefined;
  });
  useEffect(() => {
    let first = "";
    let at = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        onPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) {
        first = "";
        return;
      }
      if (event.key === "?") {
        event.preventDefault();
        onHelp();
        return;
      }
      const second = first !== "" && event.timeStamp - at < SEQUENCE_MS;
      if (second && go(`${first} ${event.key}`)) {
        event.preventDefault();
        first = "";
        return;
      }
      first = event.key.length === 1 ? event.key : "";
      at = event.timeStamp;
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** Where keys mean something already: text that is typed, an open menu or dialog. */
function isBusy(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      "input:not([type=checkbox]), textarea, select, [contenteditable], [role=menu], [role=dialog]",
    ) !== null
  );
}
