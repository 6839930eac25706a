import type { Client } from "@openfeature/server-sdk";

export function featureOn(client: Client, key: string): Promise<boolean> {
  return client.getBooleanValue(key, false);
}

export async function header(client: Client): Promise<string> {
  let header = "Invoices";
  if (await featureOn(client, "new-billing")) {
    header += " (new)";
  }
  if ((await featureOn(client, "export-v3")) && !(await featureOn(client, "old-export"))) {
    header += "!";
  }
  return header;
}
