/**
 * How near a flag is to its expiry. Pure, with the day passed in; the same policy as the server's
 * debt report: two weeks of notice, two weeks of grace.
 */

export const NOTICE_DAYS = 14;
export const GRACE_DAYS = 14;
const DAY_MS = 86_400_000;

export type ExpiryState = "none" | "ahead" | "due" | "expired" | "overdue";

export interface Expiry {
  state: ExpiryState;
  /** Whole days until the flag's last day, or since it; 0 on that day itself. */
  days: number;
}

/** A flag holds through its whole last day and has expired from the next 00:00 UTC on. */
export function expiryOf(expiresOn: string | null | undefined, now: Date): Expiry {
  if (!expiresOn) {
    return { state: "none", days: 0 };
  }
  const left = Math.round(
    (startOfDay(new Date(`${expiresOn}T00:00:00Z`)) - startOfDay(now)) / DAY_MS,
  );
  if (left > NOTICE_DAYS) {
    return { state: "ahead", days: left };
  }
  if (left >= 0) {
    return { state: "due", days: left };
  }
  return { state: -left > GRACE_DAYS ? "overdue" : "expired", days: -left };
}

/** The UTC date so many days from now, as `2026-12-26`. */
export function dayFromNow(days: number, now: Date): string {
  return new Date(startOfDay(now) + days * DAY_MS).toISOString().slice(0, 10);
}

function startOfDay(instant: Date): number {
  return Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth(), instant.getUTCDate());
}
