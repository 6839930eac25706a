/** The editor of a rollout: a slider, an exact number, and the shares that are used most. */
import { Button, FocusTrap, NumberInput, Slider, UnstyledButton } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { RolloutControlProps } from "@/features/flags/rollout-control";
import { commonText } from "@/text/common";
import { flagsText } from "@/text/flags";
import { formatThreshold, THRESHOLD_PER_PERCENT } from "@/text/format";
import classes from "./rollout-editor.module.css";

const PRESETS = [0, 1, 5, 10, 25, 50, 100];

export function RolloutEditor({
  flag,
  environment,
  on,
  threshold,
  onChange,
  onDone,
}: RolloutControlProps & { onDone: () => void }) {
  const words = flagsText.change;
  const form = useForm<{ percent: number | string }>({
    initialValues: { percent: threshold / THRESHOLD_PER_PERCENT },
  });
  const wanted = thresholdOf(form.values.percent);
  const set = (percent: number | string) => form.setFieldValue("percent", percent);

  return (
    // Here and not on the popover, which opens before this is fetched.
    <FocusTrap>
      <form
        className={classes.editor}
        onSubmit={form.onSubmit(() => {
          if (wanted !== undefined) {
            if (wanted !== threshold) {
              onChange(wanted);
            }
            onDone();
          }
        })}
      >
        <div className={classes.heading}>
          <strong>{words.rollout(flag)}</strong>
          <span>{words.inEnvironment(environment)}</span>
        </div>
        <div className={classes.share}>
          <Slider
            className={classes.slider}
            value={(wanted ?? threshold) / THRESHOLD_PER_PERCENT}
            onChange={set}
            label={null}
            thumbLabel={words.share}
            thumbProps={{ "aria-valuetext": formatThreshold(wanted ?? threshold) }}
          />
          <NumberInput
            {...form.getInputProps("percent")}
            className={classes.number}
            aria-label={words.shareOf}
            min={0}
            max={100}
            clampBehavior="none"
            decimalScale={3}
            allowNegative={false}
            suffix="%"
            hideControls
            error={wanted === undefined}
            data-autofocus
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
        <p
          className={classes.effect}
          aria-live="polite"
          data-error={wanted === undefined || undefined}
        >
          {effect(threshold, wanted)}
          {!on && wanted !== undefined && ` ${words.whileOff}`}
        </p>
        <div className={classes.actions}>
          <Button variant="default" onClick={onDone}>
            {commonText.cancel}
          </Button>
          <Button type="submit" disabled={wanted === undefined || wanted === threshold}>
            {words.apply(wanted ?? threshold)}
          </Button>
        </div>
      </form>
    </FocusTrap>
  );
}

/** `undefined` unless it is a percentage that the server can hold. */
export function thresholdOf(percent: number | string): number | undefined {
  const value = typeof percent === "string" ? Number(percent || Number.NaN) : percent;
  const threshold = Math.round(value * THRESHOLD_PER_PERCENT);
  return threshold >= 0 && threshold <= 100 * THRESHOLD_PER_PERCENT ? threshold : undefined;
}

function effect(from: number, to: number | undefined): string {
  const words = flagsText.change;
  if (to === undefined) {
    return words.invalid;
  }
  if (to === from) {
    return words.same;
  }
  return to > from ? words.raise : words.lower;
}
