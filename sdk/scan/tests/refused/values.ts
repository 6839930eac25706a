import { OpenFeature } from "@openfeature/server-sdk";

interface Shop {
  name: string;
  sizes: number[];
  agreed?: boolean;
}

export async function values(shop: Shop) {
  const client = OpenFeature.getClient();
  const on = await client.getBooleanValue("new-billing", false);
  const named = shop.name && on;
  const bare = shop.sizes.length || !on;
  const agreed = shop.agreed === on;
  return [named, bare, agreed];
}

export async function effects(shop: Shop) {
  const client = OpenFeature.getClient();
  const on = await client.getBooleanValue("new-billing", false, { targetingKey: String(shop.sizes.shift()) });
  if (shop.sizes.some((size) => shop.sizes.push(size) > 9) && !on) {
    return 1;
  }
  return shop.sizes[0];
}
