/** A share of tenants: a slider for the eye, a number for the exact value, the usual ones to press. */
import { NumberInput, Slider, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { flagsText } from "@/text/flags";
import { formatThreshold, THRESHOLD_PER_PERCENT } from "@/text/format";
import classes from "./share-field.module.css";

const PRESETS = [0, 1, 5, 10, 25, 50, 100];
const words = flagsText.change;

interface ShareFieldProps {
  /** Thousandths of a percent. */
  value: number;
  /** `undefined` while what is typed is no share. */
  onChange: (threshold: number | undefined) => void;
  /** Where the focus begins in a dialog. */
  autoFocus?: boolean;
}

export function ShareField({ value, onChange, autoFocus = false }: ShareFieldProps) {
  const [typed, setTyped] = useState<number | string>(value / THRESHOLD_PER_PERCENT);
  const wanted = thresholdOf(typed);
  // A value that was set from outside takes the place of what was typed.
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    if (wanted !== value) {
      setTyped(value / THRESHOLD_PER_PERCENT);
    }
  }
  const set = (percent: number | string) => {
    setTyped(percent);
    const threshold = thresholdOf(percent);
    if (threshold !== wanted) {
      onChange(threshold);
    }
  };
  return (
    <div className={classes.field}>
      <div className={classes.share}>
        <Slider
          className={classes.slider}
          value={(wanted ?? value) / THRESHOLD_PER_PERCENT}
          onChange={set}
          label={null}
          thumbLabel={words.share}
          thumbProps={{ "aria-valuetext": formatThreshold(wanted ?? value) }}
        />
        <NumberInput
          className={classes.number}
          value={typed}
          onChange={set}
          aria-label={words.shareOf}
          min={0}
          max={100}
          clampBehavior="none"
          decimalScale={3}
          allowNegative={false}
          suffix="%"
          hideControls
          error={wanted === undefined}
          onBlur={() => wanted === undefined && set(value / THRESHOLD_PER_PERCENT)}
          data-autofocus={autoFocus || undefined}
        />
      </div>
      <fieldset className={classes.presets} aria-label={words.presets}>
        {PRESETS.map((percent) => (
          <UnstyledButton
            key={percent}
            className={classes.preset}
            aria-pressed={wanted === percent * THRESHOLD_PER_PERCENT}
            onClick={() => set(percent)}
          >
            {percent}%
          </UnstyledButton>
        ))}
      </fieldset>
    </div>
  );
}

/** `undefined` unless it is a percentage that the server can hold. */
export function thresholdOf(percent: number | string): number | undefined {
  const value = typeof percent === "string" ? Number(percent || Number.NaN) : percent;
  const threshold = Math.round(value * THRESHOLD_PER_PERCENT);
  return threshold >= 0 && threshold <= 100 * THRESHOLD_PER_PERCENT ? threshold : undefined;
}
