/** The programs that follow an environment. */
import { formatCount, plural } from "@/text/format";

export const sdksText = {
  title: "SDKs",
  propagation: {
    asking: "Asking the SDKs…",
    unknown: "How far the change has come cannot be known now. It is saved all the same.",
    nobody: "No SDK is connected to this environment: whoever connects next gets it at once.",
    confirmed: (confirmed: number, sdks: number, silent: number, longest: string) =>
      silent === 0
        ? `All ${plural(sdks, "SDK", "SDKs")} confirmed it.`
        : `${formatCount(confirmed)} of ${plural(sdks, "SDK", "SDKs")} confirmed it, ${formatCount(silent)} silent for up to ${longest}.`,
    silentOnes: "SDKs that have not confirmed",
    owes: (time: string) => `connected, owes an answer for ${time}`,
    lost: (time: string) => `lost ${time} ago, serves what it had`,
  },
} as const;
