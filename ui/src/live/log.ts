/**
 * Tells the parts of the interface what was written to the project's audit log. The live connection
 * speaks of flags' answers by itself; names, the roster, tokens and segments change without a word
 * there, yet no change is without an entry of the log.
 *
 * Invariants: whoever listens is told within `PAUSE_MS` of the frame, and no more often than that,
 * however fast the log grows; nothing that was done is left out. After a lost connection anything
 * may have been done.
 */
import { useEffect, useEffectEvent } from "react";
import type { Logged } from "@/live/connection";

type Listener = (done: Done) => void;

/** What was done since the last call. */
export interface Done {
  /** Whether something was done whose action begins so: `tenant` is `tenant.update` and `tenants.import`. */
  some: (...beginnings: readonly string[]) => boolean;
  /** The same, without "anything": for who has read all anew already when that is told. */
  named: (...beginnings: readonly string[]) => boolean;
}

/** A script that writes a hundred changes a second shall not have lists read as often. */
const PAUSE_MS = 150;

const listeners = new Set<Listener>();
let waiting: { actions: Set<string>; anything: boolean } | undefined;

/** No actions: anything may have been done. */
export function announceLogged({ actions }: Pick<Logged, "actions">): void {
  if (waiting === undefined) {
    waiting = { actions: new Set(), anything: false };
    setTimeout(tell, PAUSE_MS);
  }
  waiting.anything ||= actions.length === 0;
  for (const action of actions) {
    waiting.actions.add(action);
  }
}

function tell(): void {
  const told = waiting;
  waiting = undefined;
  if (told === undefined) {
    return;
  }
  const actions = [...told.actions];
  const named = (...beginnings: readonly string[]) =>
    beginnings.some((it) => actions.some((action) => action.startsWith(it)));
  const done: Done = {
    named,
    some: (...beginnings) => told.anything || named(...beginnings),
  };
  for (const listener of listeners) {
    listener(done);
  }
}

/** Calls back when the log has grown, as long as a component is shown. */
export function useLogged(onLogged: Listener): void {
  const listener = useEffectEvent(onLogged);
  useEffect(() => {
    const current = (done: Done) => listener(done);
    listeners.add(current);
    return () => {
      listeners.delete(current);
    };
  }, []);
}
