/** Keeps one live connection open as long as a component is shown. */
import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { type Changed, LiveConnection, type LiveState, type Logged } from "@/live/connection";

interface LiveListeners {
  onOpen: () => void;
  onChanged: (changed: Changed) => void;
  onLogged: (logged: Logged) => void;
  onRefused: () => void;
}

export interface Live {
  state: LiveState;
  /** Connects at once, if there is no connection: for a person who does not want to wait. */
  retry: () => void;
}

export function useLive(
  project: string,
  environments: readonly string[],
  listeners: LiveListeners,
): Live {
  const current = useRef<LiveConnection>(undefined);
  const [state, setState] = useState<LiveState>("connecting");
  const onOpen = useEffectEvent(listeners.onOpen);
  const onChanged = useEffectEvent(listeners.onChanged);
  const onLogged = useEffectEvent(listeners.onLogged);
  const onRefused = useEffectEvent(listeners.onRefused);
  // A string, so that an equal list made anew does not reconnect.
  const wanted = environments.join("\n");

  useEffect(() => {
    if (wanted === "") {
      return;
    }
    const connection = new LiveConnection({
      url: streamUrl(project),
      environments: wanted.split("\n"),
      onState: setState,
      onOpen,
      onChanged,
      onLogged,
      onRefused,
    });
    current.current = connection;
    const retryIfSeen = () => {
      if (document.visibilityState === "visible") {
        connection.retryNow();
      }
    };
    window.addEventListener("online", retryIfSeen);
    document.addEventListener("visibilitychange", retryIfSeen);
    return () => {
      window.removeEventListener("online", retryIfSeen);
      document.removeEventListener("visibilitychange", retryIfSeen);
      current.current = undefined;
      connection.close();
    };
  }, [project, wanted]);

  return { state, retry: useCallback(() => current.current?.retryNow(), []) };
}

function streamUrl(project: string): string {
  const url = new URL("/api/v1/stream", window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("project", project);
  return url.href;
}
