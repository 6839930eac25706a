/**
 * The one WebSocket of a tab: it says which flags changed and what was written to the audit log,
 * never how. Kept apart from React and
 * from the query cache, so that its timing can be tested alone.
 *
 * Invariants: at most one socket and one timer at a time; after `close` neither is left, and
 * nothing is reported any more. Every (re)connection reports `onOpen`, since changes may have been
 * missed before it. Any frame is a sign of life; without one for long enough a socket is dead,
 * whatever the network says.
 */

export type LiveState = "connecting" | "live" | "reconnecting";

export interface Changed {
  environment: string;
  revision: number;
  /** The flags that changed; none at all when anything may have. */
  keys: string[];
}

/** New entries of the project's audit log: names, the roster and tokens are told of in no other way. */
export interface Logged {
  /** The number of the newest. */
  seq: number;
  /** What was done, each once, such as `tenant.update`; none at all when it may be anything. */
  actions: string[];
}

export interface LiveOptions {
  url: string;
  environments: readonly string[];
  onState: (state: LiveState) => void;
  /** The subscription stands; whatever was read before it may be stale. */
  onOpen: () => void;
  onChanged: (changed: Changed) => void;
  onLogged: (logged: Logged) => void;
  /** The server refused or ended the stream; the session may be over. */
  onRefused: () => void;
  /** In 0..1; spreads the reconnections of many tabs. */
  random?: () => number;
}

export const SUBPROTOCOL = "tenantry.v1";
const BASE_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
/** Three heartbeats. */
const SILENCE_MS = 45_000;
const SESSION_ENDED = 4401;
const RESTART = 1012;

export class LiveConnection {
  readonly #options: LiveOptions;
  readonly #random: () => number;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #closed = false;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    options.onState("connecting");
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#drop();
  }

  /** Tries at once, when there is reason to hope: the network is back, or the tab is looked at. */
  retryNow(): void {
    if (!this.#closed && this.#socket === undefined) {
      clearTimeout(this.#timer);
      this.#connect();
    }
  }

  #connect(): void {
    const socket = new WebSocket(this.#options.url, SUBPROTOCOL);
    let opened = false;
    this.#socket = socket;
    this.#watchSilence();
    socket.onopen = () => {
      opened = true;
      this.#failures = 0;
      this.#watchSilence();
      const { environments } = this.#options;
      socket.send(JSON.stringify({ type: "subscribe", environments, log: true }));
      this.#options.onState("live");
      this.#options.onOpen();
    };
    socket.onmessage = (event) => {
      this.#watchSilence();
      const frame = parse(event.data);
      // Kinds that this build does not know are for newer ones.
      if (frame?.type === "changed" && isChanged(frame)) {
        this.#options.onChanged(frame);
      } else if (frame?.type === "logged" && isLogged(frame)) {
        this.#options.onLogged(frame);
      } else if (frame?.type === "heartbeat") {
        socket.send(JSON.stringify({ type: "applied", revision: frame.revision ?? 0 }));
      }
    };
    socket.onclose = (event) => {
      this.#socket = undefined;
      if (!opened || event.code === SESSION_ENDED) {
        this.#options.onRefused();
      }
      this.#reconnectIn(this.#delay(event));
    };
  }

  #watchSilence(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#drop();
      this.#reconnectIn(this.#delay());
    }, SILENCE_MS);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket !== undefined) {
      socket.onopen = null;
      socket.onmessage = null;
      socket.onclose = null;
      socket.close();
    }
  }

  #reconnectIn(delayMs: number): void {
    // A listener may have closed the connection meanwhile.
    if (this.#closed) {
      return;
    }
    this.#failures += 1;
    this.#options.onState("reconnecting");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), delayMs);
  }

  /** Full jitter, unless a server that restarts has given this client its own turn. */
  #delay(event?: CloseEvent): number {
    const asked = event?.code === RESTART ? parse(event.reason)?.retry_in_ms : undefined;
    if (typeof asked === "number" && asked >= 0) {
      return Math.min(asked, LONGEST_DELAY_MS);
    }
    return this.#random() * Math.min(LONGEST_DELAY_MS, BASE_DELAY_MS * 2 ** this.#failures);
  }
}

function parse(data: unknown): Record<string, unknown> | undefined {
  if (typeof data !== "string") {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function isChanged(frame: Record<string, unknown>): frame is Record<string, unknown> & Changed {
  return typeof frame.environment === "string" && Array.isArray(frame.keys);
}

function isLogged(frame: Record<string, unknown>): frame is Record<string, unknown> & Logged {
  return typeof frame.seq === "number" && Array.isArray(frame.actions);
}
