/**
 * How numbers and dates are written. One locale, that of the interface's own English, so that a
 * date never stands in another language than the words around it.
 */

const LOCALE = "en-GB";

/** A threshold counts thousandths of a percent. */
export const THRESHOLD_PER_PERCENT = 1_000;

const percent = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 3 });
const shareOf = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });
const number = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 3 });
const count = new Intl.NumberFormat(LOCALE);
const short = new Intl.NumberFormat(LOCALE, { notation: "compact" });
const day = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeZone: "UTC" });
const clock = new Intl.DateTimeFormat(LOCALE, { timeStyle: "short" });
const moment = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });

/** `25000` is `25%`, `1` is `0.001%`. */
export function formatThreshold(threshold: number): string {
  return `${percent.format(threshold / THRESHOLD_PER_PERCENT)}%`;
}

export function formatCount(value: number): string {
  return count.format(value);
}

/** Where there is no room for all digits: `1200000` is `1.2M`. */
export function formatShortCount(value: number): string {
  return short.format(value);
}

/** A UTC date, `2026-12-26`, as `26 Dec 2026`. */
export function formatDay(date: string): string {
  return day.format(new Date(`${date}T00:00:00Z`));
}

/** An instant, in the reader's own time zone. */
export function formatMoment(instant: string): string {
  return moment.format(new Date(instant));
}

/** `1 tenant`, `3 tenants`. */
export function plural(value: number, one: string, many: string): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}

/** A part of a whole, 0 to 1: `0.256` is `25.6%`; what is more than nothing is never written as 0. */
export function formatShare(share: number): string {
  const rounded = share > 0 && share < 0.001 ? "<0.1" : shareOf.format(share * 100);
  return `${rounded}%`;
}

/** A measured number, to three digits: `0.0432`, `1.7`, `2,400`. */
export function formatNumber(value: number): string {
  return number.format(value);
}

/** A moment near now, in the reader's own time zone: the time of day, with the day unless it is today. */
export function formatClock(at: number, now: number = Date.now()): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return isToday ? clock.format(at) : moment.format(at);
}

/** An instant as short as it can be read: see `formatClock`. */
export function formatWhen(instant: string): string {
  return formatClock(Date.parse(instant));
}
