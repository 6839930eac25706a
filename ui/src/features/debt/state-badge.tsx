/** One of a flag's states of debt. */
import type { IndebtedFlag } from "@/features/debt/debt";
import { debtText } from "@/text/debt";
import classes from "./state-badge.module.css";

export function StateBadges({ states }: Pick<IndebtedFlag, "states">) {
  return (
    <span className={classes.states}>
      {states.map((state) => (
        <span
          key={state}
          className={classes.state}
          data-state={state}
          title={debtText.statesHelp[state]}
        >
          {debtText.states[state]}
        </span>
      ))}
    </span>
  );
}
