/** Which flags use a segment, where, and by what. */
import { Link } from "@tanstack/react-router";
import type { SegmentUse } from "@/features/segments/segments";
import { segmentsText } from "@/text/segments";
import classes from "./segment-page.module.css";

interface SegmentUsesProps {
  project: string;
  uses: readonly SegmentUse[];
  /** Without a heading of its own. */
  bare?: boolean;
}

const words = segmentsText.page;

export function SegmentUses({ project, uses, bare = false }: SegmentUsesProps) {
  const list = (
    <ul className={classes.uses} aria-label={words.usedBy}>
      {uses.map(({ flag, environment, by, stages }) => (
        <li key={`${flag} ${environment} ${by}`}>
          <Link
            to="/projects/$project/environments/$environment/flags/$flag"
            params={{ project, environment, flag }}
          >
            {flag}
          </Link>{" "}
          <span>
            {environment}, {by === "rules" ? words.rules : words.plan(stages)}
          </span>
        </li>
      ))}
    </ul>
  );
  if (bare) {
    return list;
  }
  return (
    <section className={classes.section} aria-label={words.usedBy}>
      <h2>{words.usedBy}</h2>
      {uses.length === 0 ? <p className={classes.muted}>{words.unused}</p> : list}
    </section>
  );
}
