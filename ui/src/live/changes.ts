/**
 * Tells the parts of the interface what the live connection heard. What a page has read under a
 * query key that begins with `liveKey` is read again by itself; a page that holds an unsaved draft
 * listens with `useChanges` instead, to tell its reader.
 */
import { useEffect, useEffectEvent } from "react";
import type { Changed } from "@/live/connection";

type Listener = (changed: Changed) => void;

const listeners = new Set<Listener>();

/** Stands for all environments in the keys of queries that a change in any of them may outdate. */
const ANY = "*";

/** The beginning of the keys of queries that a change in an environment, or in any, may outdate. */
export const liveKey = (project: string, environment = ANY) =>
  ["project", project, "live", environment] as const;

export function announce(changed: Changed): void {
  for (const listener of listeners) {
    listener(changed);
  }
}

/** Calls back with each change that others or the reader make, as long as a component is shown. */
export function useChanges(onChanged: Listener): void {
  const listener = useEffectEvent(onChanged);
  useEffect(() => {
    const current = (changed: Changed) => listener(changed);
    listeners.add(current);
    return () => {
      listeners.delete(current);
    };
  }, []);
}
