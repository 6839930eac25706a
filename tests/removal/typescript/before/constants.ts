import type { Client } from "@openfeature/server-sdk";
import { FLAGS, Feature, OLD_EXPORT } from "./keys";

const LOCAL = "new-billing";

export async function format(client: Client): Promise<string> {
  if (await client.getBooleanValue(OLD_EXPORT, false)) {
    return "csv";
  }
  return (await client.getBooleanValue(FLAGS.exportV3, false)) ? "parquet" : "json";
}

export async function price(client: Client): Promise<number> {
  const base = (await client.getBooleanValue(LOCAL, false)) ? 10 : 20;
  if (await client.getBooleanValue(FLAGS.newBilling, false)) {
    return base;
  }
  if (await client.getBooleanValue(Feature.Export, false)) {
    return base * 3;
  }
  return (await client.getBooleanValue(Feature.NewBilling, false)) ? base : base * 2;
}
