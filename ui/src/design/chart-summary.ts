/**
 * A chart in a few sentences, for those who do not see it: each line's ends and extremes.
 *
 * Separate from the drawing so that the words come with the page and not with the drawing.
 */
import { chartWords as words } from "@/text/charts";

export interface ChartPoint {
  /** Milliseconds since 1970. */
  at: number;
  /** By the series' keys; absent where there was nothing to count. */
  values: Readonly<Record<string, number | undefined>>;
}

export interface ChartSeries {
  key: string;
  label: string;
  /** What it means, which its colour follows: never the only thing that tells lines apart. */
  tone: "accent" | "quiet" | "warning" | "danger";
}

export interface ChartFormats {
  time: (at: number) => string;
  value: (value: number) => string;
}

export function summaryOf(
  points: readonly ChartPoint[],
  series: readonly ChartSeries[],
  format: ChartFormats,
): string {
  const [first, last] = [points.at(0), points.at(-1)];
  if (first === undefined || last === undefined) {
    return words.none;
  }
  const lines = series.flatMap(({ key, label }) => {
    const values = points.map((point) => point.values[key]).filter((it) => it !== undefined);
    const [begin, end] = [values.at(0), values.at(-1)];
    if (begin === undefined || end === undefined) {
      return [];
    }
    if (values.length === 1) {
      return [words.onePoint(label, format.value(end))];
    }
    const extremes = [Math.min(...values), Math.max(...values)] as const;
    return [
      words.series(
        label,
        format.value(begin),
        format.value(end),
        format.value(extremes[0]),
        format.value(extremes[1]),
      ),
    ];
  });
  return [words.span(points.length, format.time(first.at), format.time(last.at)), ...lines].join(
    " ",
  );
}
