/** The list of flags, and what is changed from there. */
import { formatDay, formatThreshold, plural } from "@/text/format";

export const flagsText = {
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
  start: "Set up step by step",
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
    usage: "Asked, 24 h",
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
  kindFilter: "Kind",
  anyKind: "Any kind",
  anyOwner: "Any owner",
  anyTag: "Any tag",
  select: (flag: string) => `Select ${flag}`,
  selectAll: "Select all that are shown",
  asked: (n: number) => `Asked ${plural(n, "time", "times")} in the last 24 hours`,

  views: {
    title: "Views",
    none: "No view is saved yet.",
    save: "Save this view",
    name: "Name",
    help: "Search, filters and sorting as they are now; kept in this browser.",
    keep: "Save",
    forget: (name: string) => `Forget “${name}”`,
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
    kindFilter: "Kind",
    anyKind: "Any kind",
    anyOwner: "Any owner",
    anyTag: "Any tag",
    select: (flag: string) => `Select ${flag}`,
    selectAll: "Select all that are shown",
    asked: (n: number) => `Asked ${plural(n, "time", "times")} in the last 24 hours`,

    views: {
      title: "Views",
      none: "No view is saved yet.",
      save: "Save this view",
      name: "Name",
      help: "Search, filters and sorting as they are now; kept in this browser.",
      keep: "Save",
      forget: (name: string) => `Forget “${name}”`,
    },

    bulk: {
      label: "Several flags at once",
      selected: (n: number) => `${plural(n, "flag", "flags")} selected`,
      actions: { on: "Switch on", off: "Switch off", tag: "Add a tag", archive: "Archive" },
      clear: "Clear",
      title: (action: string, n: number, environment: string) => {
        const flags = plural(n, "flag", "flags");
        switch (action) {
          case "tag":
            return `Tag ${flags}`;
          case "archive":
            return `Archive ${flags}`;
          default:
            return `Switch ${flags} ${action} in ${environment}`;
        }
      },
      help: {
        on: "Each gets on as its own targeting says; nothing else of it changes.",
        off: "Off is off for everybody in this environment; the rest of the targeting stays.",
        tag: "Each keeps the tags it has.",
        archive:
          "They leave every environment. One that is still asked for, or that another waits for, is refused.",
      },
      tag: "Tag",
      more: (n: number) => `and ${n} more`,
      done: (done: number, refused: number) =>
        refused === 0
          ? `${plural(done, "flag", "flags")} changed`
          : `${plural(done, "flag", "flags")} changed, ${refused} refused`,
      ok: "Done",
    },
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
