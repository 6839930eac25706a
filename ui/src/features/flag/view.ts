/** What of a flag's page lives in its address. Small: the router needs it before the page. */

export const FLAG_TABS = ["targeting", "explain", "usage", "code", "history", "connect"] as const;
export type FlagTab = (typeof FLAG_TABS)[number];

export const SPAN_KEYS = ["3h", "24h", "7d", "30d"] as const;
export type SpanKey = (typeof SPAN_KEYS)[number];
