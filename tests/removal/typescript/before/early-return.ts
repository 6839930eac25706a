import type { Client } from "@openfeature/server-sdk";

export async function rows(client: Client, all: string[]): Promise<string[]> {
  const isNew = await client.getBooleanValue("new-billing", false);
  if (!isNew) {
    return all;
  }

  return all.map((row) => row.toUpperCase());
}

export async function clear(client: Client, gathered: number[]): Promise<void> {
  if (await client.getBooleanValue("old-export", false)) return;

  gathered.length = 0;
}

export async function label(client: Client, name: string): Promise<string> {
  if (await client.getBooleanValue("new-billing", false)) {
    return shown(name);
  }
  const old = name.toLowerCase();
  return old;

  function shown(text: string): string {
    return `<${text}>`;
  }
}

export async function fail(client: Client, code: number): Promise<number> {
  if (await client.getBooleanValue("new-billing", false)) {
    throw new RangeError(`no ${code}`);
  }
  return code;
}
