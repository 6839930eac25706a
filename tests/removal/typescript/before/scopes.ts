import type { Client } from "@openfeature/server-sdk";

export async function names(client: Client, name: string): Promise<string[]> {
  const found: string[] = [];
  if (await client.getBooleanValue("new-billing", false)) {
    const name = "inner";
    found.push(name);
  }
  if (await client.getBooleanValue("new-billing", false)) {
    const other = name.trim();
    found.push(other);
  }
  found.push(name);
  return found;
}

export async function text(client: Client): Promise<string> {
  if (await client.getBooleanValue("new-billing", false)) {
    const text = `first
      second, which keeps its indentation`;
    return text;
  }
  return "";
}
