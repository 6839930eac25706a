/** A real server for the tests: its own folder, its own port, its own first token. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";

const START_MS = 30_000;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export class Server {
  readonly token = newToken();
  readonly url: string;
  readonly #binary: string;
  readonly #folder: string;
  readonly #arguments: readonly string[];
  #process: ChildProcess | undefined;
  #output = "";

  private constructor(binary: string, folder: string, port: number, args: readonly string[]) {
    this.#binary = binary;
    this.#folder = folder;
    this.#arguments = args;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(...args: string[]): Promise<Server> {
    const binary = process.env.TENANTRY_SERVER_BIN;
    if (binary === undefined) {
      throw new Error("TENANTRY_SERVER_BIN must name a tenantry-server that carries the interface");
    }
    const folder = await mkdtemp(join(tmpdir(), "tenantry-e2e-"));
    const server = new Server(binary, folder, await freePort(), args);
    await server.resume();
    const page = await (await fetch(server.url, { headers: { Accept: "text/html" } })).text();
    if (!page.includes('id="root"')) {
      await server.remove();
      throw new Error(
        "this tenantry-server carries no interface: run `npm run build` here, and build it with TENANTRY_UI_DIST=ui/dist",
      );
    }
    return server;
  }

  /** Starts the process, on the same port and folder as before. */
  async resume(): Promise<void> {
    const child = spawn(this.#binary, this.#arguments, {
      env: {
        PATH: process.env.PATH,
        TENANTRY_LISTEN: new URL(this.url).host,
        TENANTRY_DATA_DIR: this.#folder,
        TENANTRY_BOOTSTRAP_ADMIN_TOKEN: this.token,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        this.#output += chunk;
      });
    }
    const deadline = Date.now() + START_MS;
    while (!(await this.#isReady())) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`the server did not start:\n${this.#output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends the process; its data stays. */
  async pause(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child !== undefined && child.exitCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  }

  async remove(): Promise<void> {
    await this.pause();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** A request with the administrator's token, as another client would make it. */
  async api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.token}`,
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    }
    return response.status === 204 ? undefined : response.json();
  }

  /** Changes a flag's targeting, whatever its version. */
  async target(environment: string, flag: string, change: object): Promise<void> {
    const path = `/projects/default/environments/${environment}/flags/${flag}/targeting`;
    await this.api("PATCH", path, change, { "If-Match": "*" });
  }

  async targeting(environment: string, flag: string) {
    return this.api("GET", `/projects/default/environments/${environment}/flags/${flag}/targeting`);
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/health/ready`)).ok;
    } catch {
      return false;
    }
  }
}

/** A well-formed administrator's token. */
export function newToken(): string {
  const random = Array.from({ length: 30 }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  const start = `tnry_adm_${random}`;
  let rest = crc32(start);
  let checksum = "";
  for (let digit = 0; digit < 6; digit += 1) {
    checksum = ALPHABET[rest % 62] + checksum;
    rest = Math.floor(rest / 62);
  }
  return start + checksum;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") {
    throw new Error("the probe has no port");
  }
  return address.port;
}
