/** Chooses the environment: side by side while they are few, a list when they are many. */
import { SegmentedControl } from "@mantine/core";
import { ChoiceMenu } from "@/design/choice-menu";
import { type Environment, inPathOrder } from "@/features/projects/projects";
import { flagsText } from "@/text/flags";
import classes from "./environment-switcher.module.css";

/** More than these do not fit beside each other. */
const MOST_SIDE_BY_SIDE = 4;

interface EnvironmentSwitcherProps {
  environments: readonly Environment[];
  value: string;
  /** Whether there is no room for more than one name. */
  narrow?: boolean;
  onChange: (key: string) => void;
}

export function EnvironmentSwitcher({
  environments,
  value,
  narrow = false,
  onChange,
}: EnvironmentSwitcherProps) {
  const ordered = inPathOrder(environments);
  const label = flagsText.environments;
  if (narrow || ordered.length > MOST_SIDE_BY_SIDE) {
    return <ChoiceMenu label={label} choices={ordered} value={value} onChange={onChange} />;
  }
  return (
    <SegmentedControl
      className={classes.segments}
      classNames={{ indicator: classes.indicator, label: classes.label }}
      aria-label={label}
      data={ordered.map(({ key, name }) => ({ value: key, label: name }))}
      value={value}
      onChange={onChange}
    />
  );
}
