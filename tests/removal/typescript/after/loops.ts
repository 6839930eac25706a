import type { Answers } from "./answers";

export function halve(client: Answers, number: number): number {
  let halved = number;
  while (client.getBooleanValue("new-billing", false) && halved % 2 === 0) {
    halved /= 2;
  }
  // The old export counted on.
  while (client.getBooleanValue("old-export", false)) {
    halved += 1;
  }
  return halved;
}

export function kind(client: Answers, size: number): string {
  switch (size) {
    case 0:
      if (client.getBooleanValue("new-billing", false)) {
        return "none";
      }
      return "nothing";
    case 1:
      return client.getBooleanValue("old-export", false) ? "single" : "one";
    default:
      for (const limit of [10, 100])
        if (client.getBooleanValue("new-billing", false)) {
          if (size < limit) return `below ${limit}`;
        }
      return "many";
  }
}
