/**
 * Values over time. Drawn by a part that is fetched when it is first needed; the same in words and,
 * on demand, as a table is there at once.
 */
import { Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";
import {
  type ChartFormats,
  type ChartPoint,
  type ChartSeries,
  summaryOf,
} from "@/design/chart-summary";
import { chartWords as words } from "@/text/charts";
import classes from "./line-chart.module.css";

export interface LineChartProps {
  /** What it shows, in a few words. */
  label: string;
  /** The oldest first. */
  points: readonly ChartPoint[];
  series: readonly ChartSeries[];
  format: ChartFormats;
  /** In pixels. */
  height?: number;
  /** A value that means something, drawn as a line across. */
  limit?: { value: number; label: string };
}

const Plot = lazy(() => import("@/design/line-chart-plot"));
const HEIGHT = 220;

export function LineChart({ height = HEIGHT, ...chart }: LineChartProps) {
  const { label, points, series, format } = chart;
  const summary = summaryOf(points, series, format);
  if (points.length === 0) {
    return <p className={classes.none}>{summary}</p>;
  }
  return (
    <figure className={classes.figure}>
      {series.length > 1 && <Legend series={series} />}
      <div role="img" aria-label={`${label}. ${summary}`} style={{ height }}>
        <Suspense fallback={<Skeleton height={height} />}>
          <Plot {...chart} height={height} />
        </Suspense>
      </div>
      <details className={classes.table}>
        <summary>{words.asTable}</summary>
        <Table {...chart} />
      </details>
    </figure>
  );
}

function Legend({ series }: Pick<LineChartProps, "series">) {
  return (
    <ul className={classes.legend}>
      {series.map(({ key, label, tone }, index) => (
        <li key={key}>
          <svg width="18" height="6" aria-hidden="true" focusable="false" data-tone={tone}>
            <line x1="0" y1="3" x2="18" y2="3" strokeDasharray={DASHES[index % DASHES.length]} />
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}

function Table({ label, points, series, format }: LineChartProps) {
  return (
    // Scrolls by itself, so it must be reachable by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls
    <section className={classes.scroll} tabIndex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.time}</th>
            {series.map((it) => (
              <th key={it.key} scope="col">
                {it.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.at}>
              <th scope="row">{format.time(point.at)}</th>
              {series.map(({ key }) => {
                const value = point.values[key];
                return (
                  <td key={key}>{value === undefined ? words.noValue : format.value(value)}</td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Lines differ by their dashes as well as by their colours. */
export const DASHES = ["0", "5 3", "2 3", "8 3 2 3"] as const;
