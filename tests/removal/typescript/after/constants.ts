import type { Client } from "@openfeature/server-sdk";
import { FLAGS } from "./keys";

export async function format(client: Client): Promise<string> {
  return (await client.getBooleanValue(FLAGS.exportV3, false)) ? "parquet" : "json";
}

export async function price(_client: Client): Promise<number> {
  const base = 10;
  return base;
}
