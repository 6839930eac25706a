/** The keys of this program's flags. */
export const FLAGS = {
  /** The new billing. */
  newBilling: "new-billing",
  exportV3: "export-v3",
} as const;

export const OLD_EXPORT = "old-export";

export enum Feature {
  NewBilling = "new-billing",
  Export = "export-v3",
}
