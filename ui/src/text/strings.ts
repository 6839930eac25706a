/**
 * Every sentence that the interface says, in one place: to be read in one go for tone, and to be
 * translated one day. Grouped by feature; a value in a sentence makes it a function.
 */
import { formatDay, formatThreshold, plural } from "@/text/format";

export const strings = {
  product: "Tenantry",
  pageTitle: (...parts: string[]) => [...parts, "Tenantry"].join(" · "),
  tagline: "Feature flags, rolled out tenant by tenant.",
  retry: "Try again",
  cancel: "Cancel",
  undo: "Undo",
  close: "Close",
  skipToContent: "Skip to content",

  shell: {
    project: "Project",
    apiReference: "API reference",
    colorScheme: {
      label: "Colour scheme",
      light: "Light",
      dark: "Dark",
      auto: "System",
    },
    account: (name: string) => `Signed in as ${name}`,
    signOut: "Sign out",
    tokenType: (type: string) => tokenTypes[type] ?? type,
  },

  live: {
    connecting: "Connecting",
    live: "Live",
    reconnecting: "Reconnecting",
    offline: "Offline",
    explain: {
      connecting: "Opening the live connection.",
      live: "Changes by others appear here at once.",
      reconnecting:
        "The live connection was lost. What you see may be out of date. Press to try again at once.",
      offline:
        "This device has no network. What you see may be out of date. Press to try again at once.",
    },
  },

  signIn: {
    title: "Sign in",
    token: "Access token",
    help: "The server printed the first administrator's token when it first started. An administrator can make one for you.",
    submit: "Sign in",
    ended: "Your session has ended. Sign in again to go on.",
    empty: "Enter a token.",
    wrongForm:
      "This is not a Tenantry token: those start with “tnry_” and have 45 or so letters and digits. Check that it was copied whole.",
    refused: "The server does not accept this token. It may be mistyped, revoked or expired.",
    wrongType:
      "This token is valid, but its kind cannot use the web interface. Use an administrator's or a person's token.",
    tooMany: (seconds: number | undefined) =>
      seconds === undefined
        ? "Too many tries. Wait a little and try again."
        : `Too many tries. Try again in ${plural(seconds, "second", "seconds")}.`,
    unreachable:
      "The server did not answer. Check your network and that the server runs, then try again.",
    failed: (detail: string) => `The server could not sign you in: ${detail}`,
  },

  errors: {
    unreachableTitle: "The server cannot be reached",
    unreachable: "Check your network, or whether the server runs. Your flags go on as they are.",
    forbiddenTitle: "You may not see this",
    forbidden:
      "Your token has no permission for this page. Sign in with another, or ask an administrator for one.",
    missingTitle: "There is nothing here",
    missing: "This page does not exist, or your token does not reach it.",
    unexpectedTitle: "Something went wrong",
    unexpected: (detail: string) => `The server said: ${detail}`,
    crashed: "The page stopped working. Reload it; if it happens again, tell us what you did.",
    reload: "Reload",
    home: "Go to the flags",
    requestId: (id: string) => `Request ${id}`,
    noProjectTitle: "No project yet",
    noProject: "Your token reaches no project. An administrator can make one through the API.",
    noEnvironment: "This project has no environment yet. Make one through the API.",
    stale: "The server cannot be reached. What you see may be out of date.",
  },

  flags: {
    title: "Flags",
    environments: "Environment",
    create: "New flag",
    search: "Search by name or key",
    searchHint: "Press / to search",
    clearSearch: "Clear search",
    filter: "Show",
    filters: {
      active: "All",
      on: "On",
      off: "Off",
      due: "Expiring soon",
      expired: "Expired",
      archived: "Archived",
    },
    loaded: (shown: number, more: boolean) =>
      more ? `${plural(shown, "flag", "flags")} and more` : plural(shown, "flag", "flags"),
    loading: "Loading flags",
    loadMore: "Show more flags",
    noneTitle: "No flags yet",
    none: "A flag lets you ship a change to your own company first, then to friendly customers, then to everyone. Make the first one; it starts off everywhere.",
    noMatchTitle: "No flag matches",
    noMatch: "No flag in this view fits the search and the filter.",
    clearFilters: "Clear search and filter",
    columns: {
      on: "On",
      flag: "Flag",
      rollout: "Rollout",
      lists: "Allow list",
      elsewhere: "Elsewhere",
      owner: "Owner",
      expires: "Expires",
    },
    on: "On",
    off: "Off",
    switchLabel: (flag: string, environment: string) => `${flag} in ${environment}`,
    archived: "Archived",
    kind: (kind: string) => kinds[kind]?.label ?? kind,
    copyKey: (key: string) => `Copy the key ${key}`,
    copy: "Copy the key",
    copied: "Copied",
    rules: (n: number) => plural(n, "rule", "rules"),
    variants: (n: number) => plural(n, "variant", "variants"),
    allowed: (n: number) => (n === 0 ? "None" : plural(n, "tenant", "tenants")),
    blocked: (n: number) => `${plural(n, "tenant", "tenants")} blocked`,
    blockedShort: (n: number) => `${n} blocked`,
    noOwner: "No owner",
    elsewhere: (environment: string, on: boolean, threshold: number) =>
      `${environment}: ${on ? `on, ${formatThreshold(threshold)}` : "off"}`,
    tags: "Tags",
  },

  expiry: {
    none: "No expiry",
    inDays: (days: number) => (days === 1 ? "In 1 day" : `In ${days} days`),
    dueToday: "Last day today",
    due: (days: number) => `Due in ${plural(days, "day", "days")}`,
    expired: (days: number) => `Expired ${plural(days, "day", "days")} ago`,
    overdue: (days: number) => `Overdue, ${plural(days, "day", "days")}`,
  },

  change: {
    rollout: (flag: string) => `Rollout of ${flag}`,
    rolloutButton: (flag: string, threshold: number) =>
      `Rollout of ${flag}: ${formatThreshold(threshold)}. Change it.`,
    inEnvironment: (environment: string) => `in ${environment}`,
    share: "Share of tenants",
    shareOf: "Percent of tenants",
    presets: "Common shares",
    apply: (threshold: number) => `Set to ${formatThreshold(threshold)}`,
    raise: "Tenants that have it keep it; more join them.",
    lower: "The last tenants in are the first out; the others keep it.",
    same: "Move the share to change who has it.",
    whileOff: "The flag is off here: nobody has it until it is switched on.",
    invalid: "Enter a number from 0 to 100, with at most three decimals.",
    switched: (flag: string, environment: string, on: boolean) =>
      `${flag} is ${on ? "on" : "off"} in ${environment}.`,
    rolledOut: (flag: string, environment: string, threshold: number) =>
      `${flag} is at ${formatThreshold(threshold)} in ${environment}.`,
    conflict: (flag: string, environment: string) =>
      `Somebody else changed ${flag} in ${environment} first, so your change was not saved. The row now shows theirs; look at it and try again.`,
    notSaved: (flag: string, why: string) => `${flag} was not changed: ${why}`,
    forbidden: "your token may not change flags here.",
    gone: "the flag is gone or archived.",
    unreachable: "the server did not answer.",
  },

  createFlag: {
    title: "New flag",
    name: "Name",
    nameHelp: "What people call it.",
    namePlaceholder: "New billing",
    key: "Key",
    keyHelp: "What code asks for. Fixed once created.",
    description: "Description",
    descriptionPlaceholder: "What changes for a tenant that has it",
    kind: "Kind",
    owner: "Owner",
    ownerHelp: "A person or a team. Left empty, it is you.",
    tags: "Tags",
    tagsPlaceholder: "Type a tag and press Enter",
    expires: "Expires on",
    expiresHelp:
      "When you expect to delete it. Past that day it is reported as debt; its answers stay as they are.",
    inDays: (days: number) => `${days} days`,
    never: "Never",
    on: (date: string) => `Until the end of ${formatDay(date)}, UTC`,
    submit: "Create flag",
    done: (key: string) => `${key} was created. It is off in every environment.`,
    needsKey: "Enter a key.",
    wrongKey: "Use letters, digits, dots, dashes, underscores and tildes; at most 128.",
    takenKey: "This project already has a flag with this key.",
    needsExpiry: "This kind of flag is temporary: choose a day.",
    pastExpiry: "Choose today or a later day.",
    failed: (detail: string) => `The flag was not created: ${detail}`,
  },
} as const;

/** A kind's name and what it is for. */
export const kinds: Record<string, { label: string; explain: string }> = {
  release: { label: "Release", explain: "Ships a change, then goes. Temporary." },
  experiment: { label: "Experiment", explain: "Compares variants for a while. Temporary." },
  ops: { label: "Ops", explain: "A switch for operating the service. May stay." },
  permission: { label: "Permission", explain: "Who is entitled to what. May stay." },
};

const tokenTypes: Record<string, string> = {
  adm: "Administrator",
  usr: "Person",
  ci: "CI token",
  sdk: "SDK token",
  web: "Web token",
};
