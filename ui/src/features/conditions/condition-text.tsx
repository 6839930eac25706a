/** A condition as a sentence: "plan is one of enterprise or team". */
import { type Condition, isSegment, operatorOf } from "@/features/conditions/operators";
import { conditionsText, operatorText } from "@/text/conditions";
import classes from "./condition-text.module.css";

/** So many values are told before the rest is counted. */
const SHOWN = 8;

export function ConditionText({ condition }: { condition: Condition }) {
  const operator = operatorOf(condition);
  const values = (condition.values ?? []).map(String);
  const test = operator === undefined ? condition.operator : operatorText[operator.name];
  if (isSegment(condition.operator)) {
    return (
      <span className={classes.condition}>
        {conditionsText.tenant} {test} <code>{condition.segment}</code>
      </span>
    );
  }
  return (
    <span className={classes.condition}>
      <code>{condition.attribute}</code> {test}{" "}
      {values.slice(0, SHOWN).map((value, index) => (
        <span key={value}>
          {index > 0 && ` ${conditionsText.or} `}
          <code>{value}</code>
        </span>
      ))}
      {values.length > SHOWN && ` +${values.length - SHOWN}`}
      {condition.ignore_case === true && ` (${conditionsText.ignoringCase})`}
    </span>
  );
}
