/** Whether what is on the page follows the server, in a word and a colour. */
import { useNetwork } from "@mantine/hooks";
import { useId, useState } from "react";
import type { LiveState } from "@/live/connection";
import { shellText } from "@/text/shell";
import classes from "./live-pill.module.css";

const words = shellText.live;

interface LivePillProps {
  state: LiveState;
  /** Tries to connect at once, instead of when it is time. */
  onRetry: () => void;
}

export function LivePill({ state, onRetry }: LivePillProps) {
  const { online } = useNetwork();
  const hint = useId();
  const [dismissed, setDismissed] = useState(false);
  // A live connection outweighs what the browser believes of the network.
  const shown = state !== "live" && !online ? "offline" : state;
  const dotAndWord = (
    <>
      <span className={classes.dot} aria-hidden="true" />
      {words[shown]}
    </>
  );
  return (
    // The library's tooltip would come with every first load, for this place alone.
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape puts the explanation away, no more
    <span
      className={classes.place}
      data-dismissed={dismissed || undefined}
      onKeyDown={({ key }) => key === "Escape" && setDismissed(true)}
      onPointerEnter={() => setDismissed(false)}
      onFocus={() => setDismissed(false)}
    >
      <span role="status">
        {state === "reconnecting" ? (
          <button
            type="button"
            className={classes.pill}
            data-state={shown}
            aria-describedby={hint}
            onClick={onRetry}
          >
            {dotAndWord}
          </button>
        ) : (
          <span
            className={classes.pill}
            data-state={shown}
            aria-describedby={hint}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: its explanation must be reachable by keyboard
            tabIndex={0}
          >
            {dotAndWord}
          </span>
        )}
      </span>
      <span id={hint} role="tooltip" className={classes.hint}>
        {words.explain[shown]}
      </span>
    </span>
  );
}
