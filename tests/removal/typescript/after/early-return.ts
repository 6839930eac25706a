import type { Client } from "@openfeature/server-sdk";

export async function rows(_client: Client, all: string[]): Promise<string[]> {
  return all.map((row) => row.toUpperCase());
}

export async function clear(_client: Client, gathered: number[]): Promise<void> {
  gathered.length = 0;
}

export async function label(_client: Client, name: string): Promise<string> {
  return shown(name);

  function shown(text: string): string {
    return `<${text}>`;
  }
}

export async function fail(_client: Client, code: number): Promise<number> {
  throw new RangeError(`no ${code}`);
}
