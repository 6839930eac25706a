import type { Client, EvaluationContext } from "@openfeature/server-sdk";

const RATES = [1, 2];

export async function lines(client: Client, tenant: string, sum: number): Promise<string[]> {
  const context: EvaluationContext = { targetingKey: tenant };
  const newBilling = await client.getBooleanValue("new-billing", false, context);
  const lines: string[] = [];
  if (newBilling) {
    lines.push(`Total: ${sum}`);
  }
  for (const share of RATES) {
    const rate = newBilling ? share * 10 : share;
    lines.push(`Rate: ${rate}`);
  }
  return lines.filter((line) => !newBilling || line.length > 7);
}

export async function isOpen(client: Client, days: boolean[]): Promise<boolean> {
  let open = await client.getBooleanValue("new-billing", false);
  for (const day of days) {
    open &&= day;
  }
  return open;
}

export async function details(client: Client): Promise<string> {
  const { value } = await client.getBooleanDetails("new-billing", false);
  const old = (await client.getBooleanDetails("old-export", false)).value;
  return value && !old ? "new" : "old";
}
