/**
 * The time, kept true enough for words that tell how far away something is. All who look at the
 * same clock share one timer: a list has hundreds of them.
 */
import { useSyncExternalStore } from "react";

interface Clock {
  now: Date;
  listeners: Set<() => void>;
  timer: ReturnType<typeof setInterval> | undefined;
}

const clocks = new Map<number, Clock>();

export function useNow(everyMs = 30_000): Date {
  return useSyncExternalStore(
    (listener) => subscribe(everyMs, listener),
    () => clockOf(everyMs).now,
  );
}

function clockOf(everyMs: number): Clock {
  const known = clocks.get(everyMs);
  if (known !== undefined) {
    // Nobody has looked for a while: it stands still until somebody does.
    if (known.timer === undefined && Date.now() - known.now.getTime() >= everyMs) {
      known.now = new Date();
    }
    return known;
  }
  const clock: Clock = { now: new Date(), listeners: new Set(), timer: undefined };
  clocks.set(everyMs, clock);
  return clock;
}

function subscribe(everyMs: number, listener: () => void): () => void {
  const clock = clockOf(everyMs);
  clock.listeners.add(listener);
  clock.timer ??= setInterval(() => {
    clock.now = new Date();
    for (const it of clock.listeners) {
      it();
    }
  }, everyMs);
  return () => {
    clock.listeners.delete(listener);
    if (clock.listeners.size === 0) {
      clearInterval(clock.timer);
      clock.timer = undefined;
    }
  };
}
