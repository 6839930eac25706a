/** Whether what is on the page follows the server, in a word and a colour. */
import { Tooltip, UnstyledButton } from "@mantine/core";
import { useNetwork } from "@mantine/hooks";
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
  // A live connection outweighs what the browser believes of the network.
  const shown = state !== "live" && !online ? "offline" : state;
  const dotAndWord = (
    <>
      <span className={classes.dot} aria-hidden="true" />
      {words[shown]}
    </>
  );
  return (
    <span role="status">
      <Tooltip label={words.explain[shown]} events={{ hover: true, focus: true, touch: true }}>
        {state === "reconnecting" ? (
          <UnstyledButton className={classes.pill} data-state={shown} onClick={onRetry}>
            {dotAndWord}
          </UnstyledButton>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: its explanation must be reachable by keyboard
          <span className={classes.pill} data-state={shown} tabIndex={0}>
            {dotAndWord}
          </span>
        )}
      </Tooltip>
    </span>
  );
}
