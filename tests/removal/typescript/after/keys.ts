/** The keys of this program's flags. */
export const FLAGS = {
  exportV3: "export-v3",
} as const;

export enum Feature {
  Export = "export-v3",
}
