/** A plan's stages in one line, as a picture: how far each goes, and which have been entered. */
import { audienceWords } from "@/features/plan/audience";
import type { Stage } from "@/features/plan/plan";
import { planText } from "@/text/plan";
import classes from "./stage-strip.module.css";

interface StageStripProps {
  stages: readonly Pick<Stage, "name" | "audience">[];
  /** The newest stage that was entered, from 0. */
  entered?: number | undefined;
}

export function StageStrip({ stages, entered = -1 }: StageStripProps) {
  const label = stages.map(({ name, audience }) => `${name}: ${audienceWords(audience)}`);
  return (
    <span className={classes.strip} role="img" aria-label={planText.strip(label)}>
      {stages.map((stage, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a stage is its place
          key={index}
          className={classes.stage}
          data-entered={index <= entered || undefined}
          data-current={index === entered || undefined}
        >
          <span className={classes.name}>{stage.name}</span>
        </span>
      ))}
    </span>
  );
}
