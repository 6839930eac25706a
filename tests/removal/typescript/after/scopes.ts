import type { Client } from "@openfeature/server-sdk";

export async function names(_client: Client, name: string): Promise<string[]> {
  const found: string[] = [];
  {
    const name = "inner";
    found.push(name);
  }
  const other = name.trim();
  found.push(other);
  found.push(name);
  return found;
}

export async function text(_client: Client): Promise<string> {
  const text = `first
      second, which keeps its indentation`;
  return text;
}
