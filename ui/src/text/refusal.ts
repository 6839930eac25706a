/** Why a change was not made. */
export const refusalText = {
  unreachable: "The server did not answer. Nothing was changed, as far as is known; try again.",
  stale:
    "Somebody else changed it in the meantime, so nothing was overwritten. Close this, look at what is there now, and make your change again.",
  said: (detail: string) => `The server said: ${detail}.`,
  demotes: "Tenants would lose a flag while its rollout is under way.",
  allTheSame: "Do it all the same",
} as const;
