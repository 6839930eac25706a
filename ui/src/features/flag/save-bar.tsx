/** What is changed and not saved: at the foot of the page until it is saved or dropped. */
import { Button } from "@mantine/core";
import type { Preview } from "@/features/flag/flag";
import { FlipCounts } from "@/features/flag/flip-preview";
import { flagText } from "@/text/flag";
import classes from "./save-bar.module.css";

interface SaveBarProps {
  changes: number;
  preview: Preview | undefined;
  /** Something is wrong with the draft, or somebody else was faster. */
  blocked: boolean;
  onDiscard: () => void;
  onReview: () => void;
}

const words = flagText.save;

export function SaveBar({ changes, preview, blocked, onDiscard, onReview }: SaveBarProps) {
  return (
    <section className={classes.bar} aria-label={words.unsaved}>
      <span className={classes.what} role="status">
        {words.dirty(changes)}
      </span>
      <FlipCounts preview={preview} />
      <span className={classes.actions}>
        <Button variant="default" onClick={onDiscard}>
          {words.discard}
        </Button>
        <Button disabled={blocked} onClick={onReview}>
          {words.review}
        </Button>
      </span>
    </section>
  );
}
