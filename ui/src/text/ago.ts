/** How far away an instant is, in words: `5 minutes ago`, `in 3 hours`, `yesterday`. */

const words = new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" });
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [
  { unit: "year", seconds: 365 * DAY },
  { unit: "month", seconds: 30 * DAY },
  { unit: "week", seconds: 14 * DAY, of: 7 * DAY },
  { unit: "day", seconds: DAY },
  { unit: "hour", seconds: HOUR },
  { unit: "minute", seconds: MINUTE },
] as const;

/** Less than this is "just now": clocks of two machines differ by as much. */
const NOW_SECONDS = 20;

export function ago(instant: string, now: Date): string {
  const seconds = (Date.parse(instant) - now.getTime()) / 1000;
  const distance = Math.abs(seconds);
  if (distance < NOW_SECONDS) {
    return "just now";
  }
  const step = STEPS.find((it) => distance >= it.seconds);
  if (step === undefined) {
    return words.format(Math.round(seconds), "second");
  }
  const of = "of" in step ? step.of : step.seconds;
  return words.format(Math.trunc(seconds / of), step.unit);
}

/** `90 s`, `4 min`, `3 h`, `12 d`: for narrow places. */
export function duration(seconds: number): string {
  if (seconds < 2 * MINUTE) {
    return `${Math.max(0, Math.round(seconds))} s`;
  }
  if (seconds < 2 * HOUR) {
    return `${Math.floor(seconds / MINUTE)} min`;
  }
  return seconds < 2 * DAY
    ? `${Math.floor(seconds / HOUR)} h`
    : `${formatDays(Math.floor(seconds / DAY))} d`;
}

function formatDays(days: number): string {
  return new Intl.NumberFormat("en-GB").format(days);
}
