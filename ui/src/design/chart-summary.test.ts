import { expect, it } from "vitest";
import { type ChartSeries, summaryOf } from "@/design/chart-summary";

const series: ChartSeries[] = [
  { key: "debt", label: "Debt", tone: "accent" },
  { key: "flags", label: "Flags", tone: "quiet" },
];
const format = { time: (at: number) => `day ${at}`, value: (value: number) => `${value}` };

it("tells each line's ends and extremes", () => {
  const points = [3, 9, 1, 5].map((debt, at) => ({ at, values: { debt, flags: undefined } }));
  expect(summaryOf(points, series, format)).toBe(
    "4 points, day 0 to day 3. Debt: from 3 to 5, between 1 and 9.",
  );
});

it("tells a single point and none", () => {
  expect(summaryOf([{ at: 7, values: { debt: 3 } }], series, format)).toBe(
    "1 point, day 7 to day 7. Debt: 3.",
  );
  expect(summaryOf([], series, format)).toBe("Nothing to draw yet.");
});
