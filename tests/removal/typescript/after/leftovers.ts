import { strict as assert } from "node:assert";
import { basename } from "node:path";
import type { Client } from "@openfeature/server-sdk";

/** Where an export goes. */
export async function place(_client: Client, file: string): Promise<string> {
  assert.ok(file);
  const separator = "-";
  return fresh(file, separator);
}

function fresh(file: string, separator: string): string {
  return `new${separator}${basename(file)}`;
}
