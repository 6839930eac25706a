/** A step of the evaluation in the editor: its name and purpose at the left, its controls beside. */
import type { ReactNode } from "react";
import classes from "./section.module.css";

interface SectionProps {
  title: string;
  help: string;
  /** How much stands in it: "3", "25%". */
  summary?: string | undefined;
  changed?: boolean;
  /** Its controls stand below its name, over the whole width. */
  wide?: boolean;
  /** What the server finds wrong with it. */
  problems?: readonly string[];
  children: ReactNode;
}

export function Section({
  title,
  help,
  summary,
  changed = false,
  wide = false,
  problems = [],
  children,
}: SectionProps) {
  return (
    <section
      className={classes.section}
      aria-label={title}
      data-changed={changed || undefined}
      data-wide={wide || undefined}
    >
      <div className={classes.about}>
        <h2 className={classes.title}>
          {title}
          {summary !== undefined && <span className={classes.summary}>{summary}</span>}
        </h2>
        <p className={classes.help}>{help}</p>
      </div>
      <div className={classes.controls}>
        {children}
        {problems.map((problem) => (
          <p key={problem} className={classes.problem} role="alert">
            {problem}
          </p>
        ))}
      </div>
    </section>
  );
}
