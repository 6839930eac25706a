/** Whether what is on the page follows the server, in a word and a colour. */
import { Tooltip } from "@mantine/core";
import { useNetwork } from "@mantine/hooks";
import type { LiveState } from "@/live/connection";
import { strings } from "@/text/strings";
import classes from "./live-pill.module.css";

const words = strings.live;

export function LivePill({ state }: { state: LiveState }) {
  const { online } = useNetwork();
  // A live connection outweighs what the browser believes of the network.
  const shown = state !== "live" && !online ? "offline" : state;
  return (
    <Tooltip label={words.explain[shown]} events={{ hover: true, focus: true, touch: true }}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its explanation must be reachable by keyboard */}
      <span className={classes.pill} data-state={shown} role="status" tabIndex={0}>
        <span className={classes.dot} aria-hidden="true" />
        {words[shown]}
      </span>
    </Tooltip>
  );
}
