/** A few values as a line the size of a word. Drawn by hand: lists show hundreds of them. */
import { memo } from "react";
import classes from "./sparkline.module.css";

interface SparklineProps {
  /** The oldest first; all 0 or more. */
  values: readonly number[];
  /** What it shows, in a sentence. */
  label: string;
  /** In pixels. */
  width?: number;
  height?: number;
}

/** Room for the stroke's width above and below. */
const INSET = 1.5;

export const Sparkline = memo(function Sparkline({
  values,
  label,
  width = 72,
  height = 20,
}: SparklineProps) {
  const points = pointsOf(values, width, height);
  const base = height - INSET;
  return (
    <svg
      className={classes.sparkline}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      {points.length > 1 ? (
        <>
          <polygon
            className={classes.area}
            points={[...points, [width, base], [0, base]].map((it) => it.join(",")).join(" ")}
          />
          <polyline className={classes.line} points={points.map((it) => it.join(",")).join(" ")} />
        </>
      ) : (
        <line className={classes.empty} x1="0" y1={base} x2={width} y2={base} />
      )}
    </svg>
  );
});

/** Where the line goes; none for fewer than two values, or if all are 0. */
export function pointsOf(
  values: readonly number[],
  width: number,
  height: number,
): (readonly [number, number])[] {
  const most = Math.max(0, ...values);
  if (values.length < 2 || most === 0) {
    return [];
  }
  const room = height - 2 * INSET;
  return values.map((value, index) => [
    round((index / (values.length - 1)) * width),
    round(INSET + room * (1 - value / most)),
  ]);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
