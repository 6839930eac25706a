import { strict as assert } from "node:assert";
import { basename, extname, join } from "node:path";
import type { Client } from "@openfeature/server-sdk";
import * as os from "node:os";

const OLD_FOLDER = "exports";

/** Where an export goes. */
export async function place(client: Client, file: string): Promise<string> {
  assert.ok(file);
  const separator = "-";
  if (await client.getBooleanValue("new-billing", false)) {
    return fresh(file, separator, client);
  }
  return old(file);
}

function fresh(file: string, separator: string, client: Client): string {
  void client.getBooleanValue("new-billing", false);
  return `new${separator}${basename(file)}`;
}

/** Where exports went. */
function old(file: string): string {
  return join(os.tmpdir(), OLD_FOLDER, kept(file));
}

const kept = (file: string) => basename(file, extname(file));
