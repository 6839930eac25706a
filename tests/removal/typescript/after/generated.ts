import type { Client } from "@openfeature/server-sdk";
import { Flags } from "./flags";

export async function account(client: Client, tenant: string): Promise<string[]> {
  const flags = new Flags(client);
  const shown = ["name"];
  shown.push("balance");
  if (await flags.exportV3(tenant)) {
    shown.push("export");
  }
  return shown;
}
