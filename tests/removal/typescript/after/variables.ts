import type { Client } from "@openfeature/server-sdk";

const RATES = [1, 2];

export async function lines(_client: Client, _tenant: string, sum: number): Promise<string[]> {
  const lines: string[] = [];
  lines.push(`Total: ${sum}`);
  for (const share of RATES) {
    const rate = share * 10;
    lines.push(`Rate: ${rate}`);
  }
  return lines.filter((line) => line.length > 7);
}

export async function isOpen(_client: Client, days: boolean[]): Promise<boolean> {
  let open = true;
  for (const day of days) {
    open &&= day;
  }
  return open;
}

export async function details(_client: Client): Promise<string> {
  return "new";
}
