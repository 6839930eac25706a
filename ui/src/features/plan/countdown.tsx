/** Counts down to an end that the server's answers tell again and again, a second at a time. */
import { useEffect, useRef, useState } from "react";
import { countdownWords, steadyEnd } from "@/features/plan/duration";
import classes from "./countdown.module.css";

interface CountdownProps {
  /** What is left, as of `seenAt`. */
  seconds: number;
  /** In milliseconds of this device's clock. */
  seenAt: number;
  /** It is over: time to ask what has become of it. */
  onOver?: () => void;
}

export function Countdown({ seconds, seenAt, onOver }: CountdownProps) {
  const end = useSteadyEnd(seconds, seenAt);
  const left = useSecondsLeft(end);
  const over = left <= 0;
  const told = useRef(false);
  useEffect(() => {
    if (over && !told.current) {
      told.current = true;
      onOver?.();
    } else if (!over) {
      told.current = false;
    }
  }, [over, onOver]);
  return (
    <span role="timer" className={classes.countdown}>
      {countdownWords(left)}
    </span>
  );
}

/** When it ends, by this device's clock. */
export function useSteadyEnd(seconds: number, seenAt: number): number {
  const [end, setEnd] = useState(() => steadyEnd(undefined, seenAt, seconds));
  const next = steadyEnd(end, seenAt, seconds);
  if (next !== end) {
    setEnd(next);
  }
  return next;
}

/** Whole seconds until `end`; renders anew as each of them passes, and not in between. */
function useSecondsLeft(end: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      const current = Date.now();
      setNow(current);
      if (current < end) {
        // To just after the next whole second before the end.
        timer = setTimeout(tick, ((end - current) % 1_000) + 5);
      }
    };
    tick();
    return () => clearTimeout(timer);
  }, [end]);
  return Math.ceil((end - now) / 1_000);
}
