/** A plan's stages in one line, as a picture: how far each goes, and which have been entered. */
import type { CSSProperties } from "react";
import { audienceWords } from "@/features/plan/audience";
import type { Stage } from "@/features/plan/plan";
import { planText } from "@/text/plan";
import classes from "./stage-strip.module.css";

interface StageStripProps {
  stages: readonly Pick<Stage, "name" | "audience">[];
}

export function StageStrip({ stages }: StageStripProps) {
  const label = stages.map(({ name, audience }) => `${name}: ${audienceWords(audience)}`);
  return (
    <span className={classes.strip} role="img" aria-label={planText.strip(label)}>
      {stages.map((stage, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a stage is its place
        <span key={index} className={classes.stage}>
          <span className={classes.name}>{stage.name}</span>
        </span>
      ))}
    </span>
  );
}

interface StageProgressProps {
  names: readonly string[];
  /** The newest stage that was entered, from 0; -1 for none. */
  entered: number;
  /** How much of its time is over: 0 to 1. */
  share: number;
  ended: boolean;
}

/** The same of a plan under way: how far it is. */
export function StageProgress({ names, entered, share, ended }: StageProgressProps) {
  return (
    <span
      className={classes.strip}
      role="img"
      aria-label={planText.stripAt(entered + 1, names.length, names[entered])}
    >
      {names.map((name, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a stage is its place
          key={index}
          className={classes.stage}
          data-current={(index === entered && !ended) || undefined}
          style={
            {
              "--share":
                index < entered || (ended && index === entered) ? 1 : index === entered ? share : 0,
            } as CSSProperties
          }
        >
          <span className={classes.name}>{name}</span>
        </span>
      ))}
    </span>
  );
}
