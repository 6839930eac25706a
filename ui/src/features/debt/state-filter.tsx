/** The states of the report with how many flags are in each; one of them narrows the list. */
import { UnstyledButton } from "@mantine/core";
import { type Report, STATES, type State } from "@/features/debt/debt";
import { debtText } from "@/text/debt";
import { formatCount } from "@/text/format";
import classes from "./debt-page.module.css";

interface StateFilterProps {
  summary: Report["summary"];
  value: State | undefined;
  onChange: (state: State | undefined) => void;
}

export function StateFilter({ summary, value, onChange }: StateFilterProps) {
  return (
    <fieldset className={classes.states} aria-label={debtText.filters}>
      <UnstyledButton
        className={classes.state}
        aria-pressed={value === undefined}
        onClick={() => onChange(undefined)}
      >
        {debtText.all}
      </UnstyledButton>
      {STATES.filter((state) => (summary[state] ?? 0) > 0 || state === value).map((state) => (
        <UnstyledButton
          key={state}
          className={classes.state}
          aria-pressed={value === state}
          title={debtText.statesHelp[state]}
          onClick={() => onChange(value === state ? undefined : state)}
        >
          {debtText.states[state]} <span>{formatCount(summary[state] ?? 0)}</span>
        </UnstyledButton>
      ))}
    </fieldset>
  );
}
