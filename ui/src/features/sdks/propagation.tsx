/**
 * How far a change has come: "41 of 43 SDKs confirmed, 2 silent for 90 s", counted on until all
 * have confirmed it. For what must be known to have arrived, such as a kill.
 */
import { useQuery } from "@tanstack/react-query";
import { CheckIcon, WarningIcon } from "@/design/icons";
import { useNow } from "@/design/use-now";
import { type FollowingSdk, propagationQuery } from "@/features/sdks/sdks";
import { duration } from "@/text/ago";
import { sdksText } from "@/text/sdks";
import classes from "./propagation.module.css";

interface PropagationProps {
  project: string;
  environment: string;
  revision: number;
}

const words = sdksText.propagation;

export function Propagation({ project, environment, revision }: PropagationProps) {
  const { data, isError } = useQuery(propagationQuery(project, environment, revision));
  const now = useNow(1_000);
  if (data === undefined) {
    return (
      <p className={classes.line} role="status">
        {isError ? words.unknown : words.asking}
      </p>
    );
  }
  const { sdks, confirmed, silent, items } = data;
  const done = confirmed >= sdks;
  return (
    <div className={classes.propagation} data-done={done || undefined}>
      <p className={classes.line} role="status">
        {done ? <CheckIcon /> : <WarningIcon />}
        <span>
          {sdks === 0
            ? words.nobody
            : words.confirmed(confirmed, sdks, silent, longestSilence(items, now))}
        </span>
      </p>
      {sdks > 0 && (
        <div className={classes.track} aria-hidden="true">
          <span style={{ width: `${(100 * confirmed) / sdks}%` }} />
        </div>
      )}
      {silent > 0 && (
        <ul className={classes.silent} aria-label={words.silentOnes}>
          {items
            .filter((it) => it.silent_since != null)
            .map((it) => (
              <li key={it.instance}>
                <strong>{it.token}</strong> {it.sdk}
                <span>
                  {it.connected ? words.owes(silence(it, now)) : words.lost(silence(it, now))}
                </span>
              </li>
            ))}
        </ul>
      )}
    </div>
  );
}

function silence({ silent_since }: FollowingSdk, now: Date): string {
  return duration(silent_since == null ? 0 : (now.getTime() - Date.parse(silent_since)) / 1000);
}

function longestSilence(items: readonly FollowingSdk[], now: Date): string {
  const [longest] = items;
  return longest === undefined ? "" : silence(longest, now);
}
