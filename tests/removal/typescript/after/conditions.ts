import type { Client } from "@openfeature/server-sdk";

export interface Order {
  paid: boolean;
  amount: number;
}

const isLarge = (order: Order) => order.amount > 100;

export async function mayShip(_client: Client, order: Order): Promise<boolean> {
  return order.paid;
}

export async function needsReview(_client: Client, order: Order): Promise<boolean> {
  return isLarge(order) && order.amount === 7;
}

export async function isOdd(_client: Client, order: Order): Promise<boolean> {
  if (order.amount % 2 === 1) {
    return isLarge(order);
  }
  return order.paid;
}

export async function price(_client: Client, order: Order): Promise<number> {
  const rate = 9;
  const extra = isLarge(order) ? 5 : 0;
  return order.amount * rate + extra;
}
