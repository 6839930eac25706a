/** What was decided, by whom and why, the newest first. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { type Decision, type PlanView, SYSTEM } from "@/features/plan/plan";
import { formatWhen } from "@/text/format";
import { rolloutText } from "@/text/rollout";
import classes from "./decisions.module.css";

const words = rolloutText.decisions;
/** So many are told at most, and so many at first. */
const MOST = 100;
const FIRST = 8;

export function Decisions({ view }: { view: PlanView }) {
  const [all, showAll] = useState(false);
  const { decisions } = view;
  return (
    <section className={classes.panel} aria-labelledby="decisions-title">
      <h2 id="decisions-title" className={classes.title}>
        {words.title}
      </h2>
      <ol className={classes.list}>
        {(all ? decisions : decisions.slice(0, FIRST)).map((it) => (
          <li key={it.number} className={classes.item} data-tone={toneOf(it)}>
            <div className={classes.head}>
              <strong>{sentenceOf(it, view)}</strong>
              <time dateTime={it.at}>{formatWhen(it.at)}</time>
            </div>
            <div className={classes.why}>
              {it.actor === SYSTEM ? words.system : words.by(it.actor)}
              {it.pause != null && ` · ${rolloutText.pauses[it.pause]}`}
            </div>
            {it.reason != null && <div className={classes.reason}>{it.reason}</div>}
          </li>
        ))}
      </ol>
      {!all && decisions.length > FIRST && (
        <Button
          className={classes.more}
          variant="subtle"
          color="gray"
          size="compact-sm"
          onClick={() => showAll(true)}
        >
          {words.showAll(decisions.length)}
        </Button>
      )}
      {all && decisions.length >= MOST && <p className={classes.why}>{words.oldest}</p>}
    </section>
  );
}

function sentenceOf({ kind, from, to, tenant, tenants = [] }: Decision, view: PlanView): string {
  const name = (stage: number | null | undefined) =>
    stage == null ? words.nobody : (view.plan.stages[stage]?.name ?? words.stage(stage + 1));
  switch (kind) {
    case "advance":
      return words.advance(name(to));
    case "step_back":
      return words.step_back(name(from));
    case "block":
      return words.block(tenant ?? "");
    case "hold":
      return words.hold(tenants.join(", "));
    case "release":
      return words.release(tenants.join(", "));
    default:
      return words[kind];
  }
}

function toneOf({ kind, pause }: Decision): string | undefined {
  if (kind === "roll_back" || pause === "harm" || pause === "trips") {
    return "danger";
  }
  if (kind === "step_back" || kind === "pause" || kind === "block" || kind === "hold") {
    return "warning";
  }
  return kind === "advance" || kind === "finish" ? "accent" : undefined;
}
