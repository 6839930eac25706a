import type { Client } from "@openfeature/server-sdk";

export function featureOn(client: Client, key: string): Promise<boolean> {
  return client.getBooleanValue(key, false);
}

export async function header(client: Client): Promise<string> {
  let header = "Invoices";
  header += " (new)";
  if (await featureOn(client, "export-v3")) {
    header += "!";
  }
  return header;
}
