import type { Client } from "@openfeature/server-sdk";

/** What an invoice comes to, in cents. */
export async function total(client: Client, lines: number[]): Promise<number> {
  const sum = lines.reduce((all, line) => all + line, 0);
  if (await client.getBooleanValue("new-billing", false)) {
    // Rounded once, not line by line.
    const rounded = Math.ceil(sum / 10) * 10;
    return rounded + 5;
  } else {
    return sum + 10;
  }
}

export async function format(client: Client, size: number): Promise<string> {
  if (await client.getBooleanValue("old-export", false)) {
    return "csv";
  } else if (size > 10) {
    return "zip";
  } else if (await client.getBooleanValue("new-billing", false)) {
    return "json";
  }
  return "text";
}

export async function pages(client: Client, rows: number): Promise<number> {
  let pages = 1;
  if (!(await client.getBooleanValue("old-export", false))) pages = Math.ceil(rows / 50);
  if (await client.getBooleanValue("old-export", false)) pages += 1;
  else pages += 0;
  return pages;
}
