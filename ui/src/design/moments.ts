/** Instants, and the same as a field for local time has them: `2026-11-23T13:30`. */

/** Nothing for what is no instant. */
export function localMoment(at: string | undefined): string {
  if (at === undefined || Number.isNaN(Date.parse(at))) {
    return "";
  }
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function momentOf(local: string): string | undefined {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
