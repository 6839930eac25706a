/** Spans of time as people read them, and a countdown that does not jump about. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A new answer moves a countdown only if it differs by more than answers do by themselves. */
const JITTER_MS = 1_500;

/** What is left, in whole seconds: `3:07`, `1:03:07`, `2 d 3 h`. */
export function countdownWords(seconds: number): string {
  const left = Math.max(0, Math.round(seconds));
  if (left >= DAY) {
    return `${Math.floor(left / DAY)} d ${Math.floor((left % DAY) / HOUR)} h`;
  }
  const [hours, minutes] = [Math.floor(left / HOUR), Math.floor((left % HOUR) / MINUTE)];
  const rest = `${two(left % MINUTE)}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** A length: `45 s`, `30 min`, `1 h 30 min`, `2 d`. */
export function lengthWords(seconds: number): string {
  const parts = [
    [Math.floor(seconds / DAY), "d"],
    [Math.floor((seconds % DAY) / HOUR), "h"],
    [Math.floor((seconds % HOUR) / MINUTE), "min"],
  ] as const;
  const some = parts.filter(([value]) => value > 0).map(([value, unit]) => `${value} ${unit}`);
  return some.length > 0 ? some.slice(0, 2).join(" ") : `${Math.round(seconds)} s`;
}

/**
 * When something ends, by this device's clock, from what the server said at `seenAt`: as it was
 * told before, unless that was off by more than answers differ anyhow.
 */
export function steadyEnd(before: number | undefined, seenAt: number, seconds: number): number {
  const end = seenAt + seconds * 1_000;
  return before !== undefined && Math.abs(before - end) < JITTER_MS ? before : end;
}

function two(value: number): string {
  return value.toString().padStart(2, "0");
}
