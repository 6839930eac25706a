/** What the next stage of a running plan waits for. */
import { Countdown } from "@/features/plan/countdown";
import type { SeenPlan, Wait } from "@/features/plan/plan";
import { rolloutText } from "@/text/rollout";
import classes from "./timeline.module.css";

const words = rolloutText.waits;

export function Waits({ seen: { view, seenAt } }: { seen: SeenPlan }) {
  const next = view.plan.stages[(view.stage ?? -1) + 1];
  return (
    <div className={classes.waits}>
      <strong>
        {next === undefined ? rolloutText.summary.end : rolloutText.summary.next(next.name)}
      </strong>
      {view.waits.length === 0 ? (
        <span>{words.nothing}</span>
      ) : (
        <>
          <span>{words.title}</span>
          <ul>
            {view.waits.map((wait) => (
              <li key={wait.reason}>
                {wordsOf(wait, view.guard?.holds ?? [])}
                {wait.reason === "baking" && (
                  <>
                    {" "}
                    <Countdown seconds={wait.seconds} seenAt={seenAt} />
                  </>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function wordsOf(wait: Wait, holds: readonly string[]): string {
  switch (wait.reason) {
    case "start":
      return words.start(wait.at);
    case "frozen":
      return wait.tenant == null
        ? words.frozen(wait.until, wait.freeze)
        : words.frozenTenant(wait.tenant, wait.until, wait.freeze);
    case "hold":
      return holds.length === 0 ? words.hold : `${words.hold}: ${holds.join("; ")}`;
    default:
      return words[wait.reason];
  }
}
