import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LiveConnection, SUBPROTOCOL } from "@/live/connection";

/** The browser's socket, with the network's part in the test's hands. */
class FakeSocket {
  static all: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly sent: unknown[] = [];
  closed = false;

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {
    FakeSocket.all.push(this);
  }

  send(text: string) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
  }

  /** Ends as the browser reports it: the code is 1006 when there was no closing handshake. */
  end(code = 1006, reason = "") {
    this.onclose?.({ code, reason });
  }
}

function connect(random = () => 1) {
  const told: unknown[] = [];
  const connection = new LiveConnection({
    url: "ws://server/api/v1/stream",
    environments: ["staging", "production"],
    random,
    onState: (state) => told.push(state),
    onOpen: () => told.push("opened"),
    onChanged: ({ environment, keys }) => told.push([environment, ...keys]),
    onLogged: ({ seq, actions }) => told.push([seq, ...actions]),
    onRefused: () => told.push("refused"),
  });
  return { connection, told };
}

const newest = () => FakeSocket.all.at(-1) as FakeSocket;

beforeEach(() => {
  FakeSocket.all = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("LiveConnection", () => {
  it("subscribes once it is open, and passes changes on", () => {
    const { told } = connect();
    expect(newest().protocol).toBe(SUBPROTOCOL);
    newest().onopen?.();
    expect(newest().sent).toEqual([
      { type: "subscribe", environments: ["staging", "production"], log: true },
    ]);
    newest().onmessage?.({
      data: '{"type":"changed","environment":"staging","revision":2,"keys":["a","b"]}',
    });
    newest().onmessage?.({ data: '{"type":"logged","seq":7,"actions":["tenant.update"]}' });
    expect(told).toEqual([
      "connecting",
      "live",
      "opened",
      ["staging", "a", "b"],
      [7, "tenant.update"],
    ]);
  });

  it("ignores what it does not know", () => {
    const { told } = connect();
    newest().onopen?.();
    told.length = 0;
    for (const data of [
      "",
      "{",
      "null",
      "7",
      '{"type":"new"}',
      '{"type":"changed"}',
      '{"type":"logged"}',
      null,
    ]) {
      newest().onmessage?.({ data });
    }
    expect(told).toEqual([]);
  });

  it("waits twice as long after each failure, up to half a minute, and starts anew once open", () => {
    connect();
    for (const delay of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const sockets = FakeSocket.all.length;
      newest().end();
      vi.advanceTimersByTime(delay - 1);
      expect(FakeSocket.all).toHaveLength(sockets);
      vi.advanceTimersByTime(1);
      expect(FakeSocket.all).toHaveLength(sockets + 1);
    }
    newest().onopen?.();
    newest().end();
    vi.advanceTimersByTime(1_000);
    expect(FakeSocket.all).toHaveLength(9);
  });

  it("spreads its tries over the whole delay", () => {
    connect(() => 0.25);
    newest().end();
    vi.advanceTimersByTime(250);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("takes the turn that a restarting server gives it", () => {
    connect();
    newest().onopen?.();
    newest().end(1012, '{"retry_in_ms":4312}');
    vi.advanceTimersByTime(4_311);
    expect(FakeSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("says so when the server refuses it, and not when it merely goes away", () => {
    const { told } = connect();
    newest().end();
    expect(told).toEqual(["connecting", "refused", "reconnecting"]);
    vi.advanceTimersByTime(1_000);
    newest().onopen?.();
    told.length = 0;
    newest().end();
    expect(told).toEqual(["reconnecting"]);
    vi.advanceTimersByTime(1_000);
    newest().onopen?.();
    told.length = 0;
    newest().end(4401);
    expect(told).toEqual(["refused", "reconnecting"]);
  });

  it("gives up a socket that does not open", () => {
    const { told } = connect();
    vi.advanceTimersByTime(45_000);
    expect(newest().closed).toBe(true);
    expect(told).toEqual(["connecting", "reconnecting"]);
  });

  it("answers heartbeats, and gives up a socket that has fallen silent", () => {
    const { told } = connect();
    newest().onopen?.();
    vi.advanceTimersByTime(44_000);
    newest().onmessage?.({ data: '{"type":"heartbeat","revision":7}' });
    expect(newest().sent.at(-1)).toEqual({ type: "applied", revision: 7 });
    vi.advanceTimersByTime(44_000);
    expect(newest().closed).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(newest().closed).toBe(true);
    expect(told.at(-1)).toBe("reconnecting");
  });

  it("tries at once when asked, unless it is connected", () => {
    const { connection } = connect();
    newest().end();
    connection.retryNow();
    expect(FakeSocket.all).toHaveLength(2);
    connection.retryNow();
    expect(FakeSocket.all).toHaveLength(2);
    newest().onopen?.();
    connection.retryNow();
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("leaves nothing behind when it is closed", () => {
    const { connection, told } = connect();
    const socket = newest();
    connection.close();
    expect(socket.closed).toBe(true);
    socket.end();
    connection.retryNow();
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(told).toEqual(["connecting"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
