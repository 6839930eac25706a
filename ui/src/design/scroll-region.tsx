/** What may be wider than its place: scrolls by itself, also by keyboard. */
import type { ReactNode } from "react";
import classes from "./scroll-region.module.css";

interface ScrollRegionProps {
  /** What is in it. */
  label: string;
  children: ReactNode;
}

export function ScrollRegion({ label, children }: ScrollRegionProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: else the keyboard could not scroll it
    <section className={classes.region} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
