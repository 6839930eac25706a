import type { Client } from "@openfeature/server-sdk";

export interface Order {
  paid: boolean;
  amount: number;
}

const isLarge = (order: Order) => order.amount > 100;

export async function mayShip(client: Client, order: Order): Promise<boolean> {
  return (await client.getBooleanValue("new-billing", false)) && order.paid;
}

export async function needsReview(client: Client, order: Order): Promise<boolean> {
  const on = await client.getBooleanValue("new-billing", false);
  return isLarge(order) && (!on || order.amount === 7);
}

export async function isOdd(client: Client, order: Order): Promise<boolean> {
  const on = await client.getBooleanValue("new-billing", false);
  const old = await client.getBooleanValue("old-export", false);
  if (
    on === true &&
    !old &&
    order.amount % 2 === 1
  ) {
    return isLarge(order) === on;
  }
  return old || !order.paid !== on;
}

export async function price(client: Client, order: Order): Promise<number> {
  const rate = (await client.getBooleanValue("new-billing", false)) ? 9 : 10;
  const extra = (await client.getBooleanValue("old-export", false)) ? order.amount * 2 : isLarge(order) ? 5 : 0;
  return order.amount * rate + extra;
}
