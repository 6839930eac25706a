/** What charts say of themselves. */
import { plural } from "@/text/format";

export const chartWords = {
  asTable: "Show as a table",
  time: "Time",
  none: "Nothing to draw yet.",
  noValue: "None",
  series: (label: string, first: string, last: string, least: string, most: string) =>
    `${label}: from ${first} to ${last}, between ${least} and ${most}.`,
  onePoint: (label: string, value: string) => `${label}: ${value}.`,
  span: (points: number, from: string, to: string) =>
    `${plural(points, "point", "points")}, ${from} to ${to}.`,
} as const;
