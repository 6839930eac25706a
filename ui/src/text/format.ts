/**
 * How numbers and dates are written. One locale, that of the interface's own English, so that a
 * date never stands in another language than the words around it.
 */

const LOCALE = "en-GB";

/** A threshold counts thousandths of a percent. */
export const THRESHOLD_PER_PERCENT = 1_000;

const percent = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 3 });
const count = new Intl.NumberFormat(LOCALE);
const day = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeZone: "UTC" });
const moment = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });

/** `25000` is `25%`, `1` is `0.001%`. */
export function formatThreshold(threshold: number): string {
  return `${percent.format(threshold / THRESHOLD_PER_PERCENT)}%`;
}

export function formatCount(value: number): string {
  return count.format(value);
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
