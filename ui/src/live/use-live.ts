/** Keeps one live connection open as long as a component is shown. */
import { useEffect, useEffectEvent, useState } from "react";
import { type Changed, LiveConnection, type LiveState } from "@/live/connection";

interface LiveListeners {
  onOpen: () => void;
  onChanged: (changed: Changed) => void;
  onRefused: () => void;
}

export function useLive(
  project: string,
  environments: readonly string[],
  listeners: LiveListeners,
): LiveState {
  const [state, setState] = useState<LiveState>("connecting");
  const onOpen = useEffectEvent(listeners.onOpen);
  const onChanged = useEffectEvent(listeners.onChanged);
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
      onRefused,
    });
    const retry = () => {
      if (document.visibilityState === "visible") {
        connection.retryNow();
      }
    };
    window.addEventListener("online", retry);
    document.addEventListener("visibilitychange", retry);
    return () => {
      window.removeEventListener("online", retry);
      document.removeEventListener("visibilitychange", retry);
      connection.close();
    };
  }, [project, wanted]);

  return state;
}

function streamUrl(project: string): string {
  const url = new URL("/api/v1/stream", window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("project", project);
  return url.href;
}
