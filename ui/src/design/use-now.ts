/** The time, kept true enough for words that tell how far away something is. */
import { useInterval } from "@mantine/hooks";
import { useState } from "react";

export function useNow(everyMs = 30_000): Date {
  const [now, setNow] = useState(() => new Date());
  useInterval(() => setNow(new Date()), everyMs, { autoInvoke: true });
  return now;
}
