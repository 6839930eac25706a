/**
 * A program that follows an environment over the real stream, as small as can be: it confirms what
 * it is sent, and keeps how it was closed. Node.js 20 has no WebSocket client that can send a token
 * in a header, so the few frames that are needed are read and written here (RFC 6455).
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import type { Duplex } from "node:stream";

const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;
const FIN = 0x80;
const MASKED = 0x80;

export class StreamClient {
  /** The code that the server closed the stream with. */
  readonly closed: Promise<number>;
  /** The newest revision that was confirmed. */
  revision = 0;
  /** Whether revisions are confirmed; one that does not is silent. */
  confirms = true;
  readonly #socket: Duplex;
  #rest = Buffer.alloc(0);
  #onClosed: (code: number) => void = () => {};

  private constructor(socket: Duplex) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      this.#onClosed = resolve;
    });
    socket.on("data", (data: Buffer) => this.#read(data));
    socket.on("error", () => {});
    socket.on("close", () => this.#onClosed(0));
  }

  /** Connects with an SDK's token, and asks for everything. */
  static async connect(url: string, token: string, sdk: string): Promise<StreamClient> {
    const asked = request(`${url}/api/v1/stream`, {
      headers: {
        Authorization: `Bearer ${token}`,
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Protocol": "tenantry.v1",
      },
    });
    asked.end();
    const [, socket, head] = (await once(asked, "upgrade")) as [unknown, Duplex, Buffer];
    const client = new StreamClient(socket);
    client.send({ type: "hello", revision: 0, checksum: "0".repeat(16), schema: 1, sdk });
    client.#read(head);
    return client;
  }

  send(frame: object): void {
    this.#write(TEXT, Buffer.from(JSON.stringify(frame)));
  }

  /** Asks for a flag that does not exist, as a program tells once a minute. */
  askInVain(flag: string, times: number): void {
    this.send({
      type: "usage",
      age: 0,
      length: 60_000,
      tenants: [],
      flags: [],
      unknown: [[flag, times]],
      lost: 0,
    });
  }

  /** Asks for a flag that is on for this tenant, as a program tells once a minute. */
  ask(flag: string, tenant: string, times: number): void {
    const flags = [{ flag, on: [[0, times]] }];
    this.send({ type: "usage", age: 0, length: 60_000, tenants: [tenant], flags });
  }

  end(): void {
    this.#socket.destroy();
  }

  #read(data: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) {
      this.#on(frame.kind, frame.body);
    }
  }

  #next(): { kind: number; body: Buffer } | undefined {
    const rest = this.#rest;
    if (rest.length < 2) {
      return undefined;
    }
    const short = (rest[1] ?? 0) & 0x7f;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (rest.length < start) {
      return undefined;
    }
    const length =
      short === 126
        ? rest.readUInt16BE(2)
        : short === 127
          ? Number(rest.readBigUInt64BE(2))
          : short;
    if (rest.length < start + length) {
      return undefined;
    }
    this.#rest = rest.subarray(start + length);
    return { kind: (rest[0] ?? 0) & 0x0f, body: rest.subarray(start, start + length) };
  }

  #on(kind: number, body: Buffer): void {
    if (kind === PING) {
      this.#write(PONG, body);
    } else if (kind === CLOSE) {
      this.#onClosed(body.length >= 2 ? body.readUInt16BE(0) : 0);
      this.#socket.end();
    } else if (kind === TEXT) {
      const frame = JSON.parse(body.toString()) as { revision?: number; to?: number };
      const revision = frame.to ?? frame.revision;
      if (revision !== undefined && this.confirms) {
        this.revision = revision;
        this.send({ type: "applied", revision });
      }
    }
  }

  #write(kind: number, body: Buffer): void {
    const mask = randomBytes(4);
    const masked = Buffer.from(body.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
    const length =
      body.length < 126
        ? Buffer.from([MASKED | body.length])
        : Buffer.from([MASKED | 126, body.length >> 8, body.length & 0xff]);
    this.#socket.write(Buffer.concat([Buffer.from([FIN | kind]), length, mask, masked]));
  }
}
