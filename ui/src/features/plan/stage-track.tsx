/** The stages on their way from nobody to everybody: what is done, where it stands, what comes. */

import { CheckIcon } from "@/design/icons";
import { audienceWords } from "@/features/plan/audience";
import { Countdown } from "@/features/plan/countdown";
import { lengthWords } from "@/features/plan/duration";
import type { PlanPreview, SeenPlan } from "@/features/plan/plan";
import { bakedShare, bakeSeconds, type StageState, stageStates } from "@/features/plan/stages";
import { formatClock } from "@/text/format";
import { rolloutText } from "@/text/rollout";
import classes from "./stage-track.module.css";

interface StageTrackProps {
  seen: SeenPlan;
  /** Whom the stages to come would admit, once that is known. */
  preview: PlanPreview | undefined;
  /** How many came in with each stage, and were not taken back. */
  admitted: readonly { stage: number; count: number }[];
  onOver: () => void;
}

const words = rolloutText.track;

export function StageTrack({ seen, preview, admitted, onOver }: StageTrackProps) {
  const { view, seenAt } = seen;
  const states = stageStates(view, seenAt);
  const coming = states.filter(({ state }) => state === "coming");
  const share = bakedShare(view);
  return (
    <ol className={classes.track} aria-label={words.label}>
      {states.map((state) => (
        <li
          key={state.index}
          className={classes.stage}
          data-state={state.state}
          data-paused={view.status === "paused" || undefined}
          aria-current={state.state === "current" ? "step" : undefined}
        >
          <span className={classes.rail} aria-hidden="true">
            <span className={classes.node}>
              {state.state === "done" ? <CheckIcon size={13} /> : state.index + 1}
            </span>
            <span className={classes.line}>
              <span
                className={classes.fill}
                style={{ "--share": shareOf(state, share) } as React.CSSProperties}
              />
            </span>
          </span>
          <span className={classes.body}>
            <span className={classes.head}>
              <strong className={classes.name}>{state.stage.name}</strong>
              <State state={state} first={coming[0] === state} seen={seen} onOver={onOver} />
            </span>
            <span className={classes.who}>{audienceWords(state.stage.audience)}</span>
            <Details
              state={state}
              seen={seen}
              comes={preview?.stages[coming.indexOf(state)]?.turned_on.count}
              came={admitted.find(({ stage }) => stage === state.index)?.count}
            />
          </span>
        </li>
      ))}
    </ol>
  );
}

interface StateProps {
  state: StageState;
  /** Whether it is the next one. */
  first: boolean;
  seen: SeenPlan;
  onOver: () => void;
}

function State({ state, first, seen, onOver }: StateProps) {
  if (state.state === "done") {
    return <span className="visually-hidden">{words.done}</span>;
  }
  if (state.state === "current") {
    return <span className={classes.now}>{words.now}</span>;
  }
  if (!first || seen.view.status !== "running") {
    return null;
  }
  return (
    <span className={classes.next}>
      {state.earliest !== undefined && state.earliest > 0 ? (
        <>
          {words.in} <Countdown seconds={state.earliest} seenAt={seen.seenAt} onOver={onOver} />
        </>
      ) : (
        words.next
      )}
    </span>
  );
}

interface DetailsProps {
  state: StageState;
  seen: SeenPlan;
  comes: number | undefined;
  came: number | undefined;
}

function Details({ state, seen, comes, came }: DetailsProps) {
  const { stage, earliest, enteredAt } = state;
  const all = bakeSeconds(stage);
  const facts = [
    ...(comes === undefined ? [] : [words.comesIn(comes)]),
    ...(came === undefined || enteredAt === undefined ? [] : [words.admitted(came)]),
    ...(enteredAt === undefined ? [] : [words.entered(enteredAt)]),
    ...(earliest === undefined || earliest < 60
      ? []
      : [words.earliest(formatClock(seen.seenAt + earliest * 1_000))]),
    ...(state.state === "current"
      ? [words.baked(lengthWords(Math.min(seen.view.baked_seconds, all)), lengthWords(all))]
      : []),
    ...(state.state === "coming" ? [words.bakes(lengthWords(all))] : []),
    ...(state.state !== "done" && stage.advance === "approval" ? [words.approval] : []),
  ];
  return (
    <span className={classes.facts}>
      {facts.map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
    </span>
  );
}

function shareOf({ state }: StageState, baked: number): number {
  return state === "done" ? 1 : state === "current" ? baked : 0;
}
