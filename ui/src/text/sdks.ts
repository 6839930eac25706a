/** The programs that follow an environment. */
import { formatCount, plural } from "@/text/format";

export const sdksText = {
  title: "SDKs",
  description: (environment: string) =>
    `Programs that follow ${environment}, and whether they serve its newest state.`,
  loading: "Loading the SDKs",
  noneTitle: "No SDK is connected",
  none: "Make an SDK token for this environment in the settings and give it to a service. It appears here as soon as it connects; services that only call the evaluation API do not.",
  toTokens: "Go to the tokens",
  revision: (revision: number) => `Revision ${formatCount(revision)}`,
  committed: "committed",
  summary: (confirmed: number, sdks: number) =>
    confirmed === sdks
      ? `All ${plural(sdks, "SDK", "SDKs")} serve it`
      : `${formatCount(confirmed)} of ${plural(sdks, "SDK", "SDKs")} serve it`,
  shownOf: (shown: number, all: number) =>
    `The ${formatCount(shown)} that are furthest behind are listed, of ${formatCount(all)}.`,
  versions: "Versions",
  version: (version: string, n: number) => `${version}: ${formatCount(n)}`,
  allVersions: "All",
  columns: {
    token: "Token",
    sdk: "SDK",
    state: "State",
    revision: "Revision",
    connected: "Connected",
    instance: "Instance",
  },
  state: {
    confirmed: "Up to date",
    owes: (time: string) => `Owes an answer for ${time}`,
    lost: (time: string) => (time ? `Lost ${time} ago` : "Connection lost"),
  },
  behind: (n: number) => `${formatCount(n)} behind`,
  unnamed: "Unnamed",

  unknown: {
    title: "Flags that do not exist",
    help: "Programs ask for these all the same, and are answered with the default in their code.",
    none: "Every flag that programs ask for exists.",
    loading: "Loading the unknown flags",
    columns: {
      key: "Key",
      askers: "Asked by",
      calls: "Times",
      last: "Last asked",
      mend: "Mend",
    },
    asker: (token: string, sdk: string) => `${token} (${sdk})`,
    others: (n: number) => `and ${plural(n, "other", "others")}`,
    mend: "How to mend it",
    mendLabel: (key: string) => `How to mend ${key}`,
    mendTitle: (key: string) => `Nobody made ${key}`,
    archivedTitle: (key: string) => `${key} is archived`,
    missing: [
      "A typing error? Correct the key in the code.",
      "Not made yet? Make the flag with exactly this key; it starts off everywhere, instead of the default in the code.",
      "Gone for good? Take the question out of the code.",
    ],
    archived: [
      "Its code was not taken out everywhere. Take it out now, or",
      "restore the flag from the archive until that is done.",
    ],
    find: "This finds every line that asks for flags that do not exist:",
    scan: "tenantry scan --fail-on-unknown",
    copyScan: "Copy the command",
    make: "Make the flag",
    showArchived: "Show the archived flag",
    who: "Who asks",
    calls: (n: number) => plural(n, "time", "times"),
    first: "first",
    last: "last",
    close: "Close",
  },

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
