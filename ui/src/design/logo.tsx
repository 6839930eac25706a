/** The mark: a T of tenants, all but the next one reached. */
import { commonText } from "@/text/common";
import classes from "./logo.module.css";

const REACHED = [
  [2, 2],
  [9, 2],
  [9, 9],
  [9, 16],
] as const;

export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
      {REACHED.map(([x, y]) => (
        <rect
          key={`${x} ${y}`}
          x={x}
          y={y}
          width="6"
          height="6"
          rx="1.6"
          className={classes.reached}
        />
      ))}
      <rect x="16" y="2" width="6" height="6" rx="1.6" className={classes.next} />
    </svg>
  );
}

/** The mark with the product's name. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <span className={classes.logo} style={{ fontSize: size * 0.78 }}>
      <Mark size={size} />
      <span className={classes.word} data-word>
        {commonText.product}
      </span>
    </span>
  );
}
