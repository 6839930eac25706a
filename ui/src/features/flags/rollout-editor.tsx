/** The editor of a rollout: its share of tenants, and what a change of it means. */
import "@/app/library-later.css";
import { Button, FocusTrap } from "@mantine/core";
import { useState } from "react";
import type { RolloutControlProps } from "@/features/flags/rollout-control";
import { ShareField } from "@/features/flags/share-field";
import { commonText } from "@/text/common";
import { flagsText } from "@/text/flags";
import classes from "./rollout-editor.module.css";

const words = flagsText.change;

export function RolloutEditor({
  flag,
  environment,
  on,
  threshold,
  onChange,
  onDone,
}: Omit<RolloutControlProps, "tabIndex"> & { onDone: () => void }) {
  const [wanted, setWanted] = useState<number | undefined>(threshold);
  const [shown, setShown] = useState(threshold);
  return (
    // Here and not on the popover, which opens before this is fetched.
    <FocusTrap>
      <form
        className={classes.editor}
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== undefined) {
            if (wanted !== threshold) {
              onChange(wanted);
            }
            onDone();
          }
        }}
      >
        <div className={classes.heading}>
          <strong>{words.rollout(flag)}</strong>
          <span>{words.inEnvironment(environment)}</span>
        </div>
        <ShareField
          value={shown}
          autoFocus
          onChange={(next) => {
            setWanted(next);
            setShown(next ?? shown);
          }}
        />
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

export function effect(from: number, to: number | undefined): string {
  if (to === undefined) {
    return words.invalid;
  }
  if (to === from) {
    return words.same;
  }
  return to > from ? words.raise : words.lower;
}
