import type { Client } from "@openfeature/server-sdk";
import { Flags, keys } from "./flags";

export async function account(client: Client, tenant: string): Promise<string[]> {
  const flags = new Flags(client);
  const shown = ["name"];
  if (await flags.newBilling(tenant)) {
    shown.push("balance");
  }
  if ((await client.getBooleanValue(keys.newBilling, false)) && (await flags.exportV3(tenant))) {
    shown.push("export");
  }
  return shown;
}
