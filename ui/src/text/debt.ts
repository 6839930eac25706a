/** Flags that have outlived their purpose: the report, its trend, the proof, and the policy. */
import { formatCount, formatDay, plural } from "@/text/format";

export const debtText = {
  title: "Debt",
  description: "Flags that have outlived their purpose, each with its evidence.",
  loading: "Loading the debt report",
  policyLink: "Policy",

  number: "Debt",
  numberHelp: "For each flag: days past expiry × (1 + references in code) × (1 + extensions).",
  formula: (debt: number, days: number, references: number, extensions: number) =>
    `${formatCount(debt)} = ${plural(days, "day", "days")} past expiry × (1 + ${plural(references, "reference", "references")}) × (1 + ${plural(extensions, "extension", "extensions")})`,
  noDebt: "It is not past its expiry, so it owes nothing.",

  trend: "Debt by day",
  trendSeries: "Debt",
  trendFlags: "Flags overdue",
  trendOne: "The trend begins today: the server notes the debt of each day as it ends.",

  gate: {
    title: "What a build would say",
    label: "Fail on",
    choices: {
      overdue: "Overdue (usual)",
      expired: "Expired, or worse",
      due: "Due, or worse",
    },
    passes: (project: string) => `✓ ${project} passes:`,
    fails: (project: string) => `✗ ${project} fails:`,
    copy: "Copy the command for the build",
    note: "Without a look at the code, which a build adds.",
  },

  filters: "State",
  all: "All",
  states: {
    due: "Due",
    expired: "Expired",
    overdue: "Overdue",
    over_extended: "Over-extended",
    ready: "Ready to remove",
    unused: "Unused",
    unknown: "Unknown",
    unowned: "Unowned",
    other: "Other",
  },
  statesHelp: {
    due: "Expires soon",
    expired: "Has expired, and the grace is not over",
    overdue: "Has been expired for longer than the grace",
    over_extended: "Has been put off more often than the policy allows",
    ready: "Has given every tenant the same answer everywhere for long enough: safe to remove",
    unused: "Nobody has asked for it for long",
    unknown: "Programs or code ask for it, and there is no such flag",
    unowned: "A temporary flag whose owner is gone",
    other: "A state that this version does not know",
  },
  owner: "Owner",
  anyOwner: "Any owner",
  nobody: "Nobody",
  tag: "Tag",
  anyTag: "Any tag",
  sort: "Order",
  sorts: { debt: "Deepest first", age: "Oldest first", key: "By key" },

  owners: "By owner",
  ownersFlags: (n: number) => plural(n, "flag", "flags"),

  columns: {
    flag: "Flag",
    what: "What is wrong",
    owner: "Owner",
    age: "Past expiry",
    debt: "Debt",
  },
  actions: "Actions",
  actionsOf: (key: string) => `Actions for ${key}`,
  days: (n: number) => plural(n, "day", "days"),
  ahead: (n: number) => `in ${plural(n, "day", "days")}`,
  noExpiry: "No expiry",
  shown: (n: number) => plural(n, "flag", "flags"),

  none: "No debt",
  noneText:
    "No flag is past its expiry, unused, unowned or ready to be removed. Look again when the next ones expire.",
  noMatch: "No flag in this view",
  noMatchText: "No flag in debt fits these filters.",
  clear: "Clear the filters",

  details: {
    title: (key: string) => `Debt of ${key}`,
    gone: "This flag is in no debt any more.",
    removal: "Can it go?",
    ready: (keep: string) => `Safe to remove: keep the code for ${keep}.`,
    keeps: "What keeps it",
    evidence: "Evidence",
    answers: "What it answers now",
    environment: "Environment",
    on: "On",
    off: "Off",
    differing: "Those on the smaller side",
    references: "Code that asks for it",
    noReferences:
      "No scanned code asks for it. Builds upload references with “tenantry scan --upload”.",
    line: (path: string, line: number) => `${path}:${line}`,
    moreReferences: (n: number) => `and ${formatCount(n)} more`,
    was: (repository: string, commit: string) => `${repository} stopped asking at ${commit}.`,
    noFlag: "There is no such flag, so there is nothing to extend or archive.",
    open: "Open the flag",
    loading: "Asking for the proof",
  },

  extend: {
    action: "Extend",
    title: (key: string) => `Extend ${key}`,
    text: (extensions: number, most: number) =>
      extensions === 0
        ? `It has never been extended. The policy allows ${plural(most, "extension", "extensions")}.`
        : `It has been extended ${plural(extensions, "time", "times")} already. The policy allows ${most}.`,
    until: "Expires on",
    inDays: (days: number) => `${days} days`,
    day: (date: string) => `Until the end of ${formatDay(date)}, UTC`,
    tooEarly: (expires: string) =>
      `Choose today or a later day${expires === "" ? "" : `, after ${formatDay(expires)}`}.`,
    submit: "Extend",
    done: (key: string, date: string) => `${key} now expires on ${formatDay(date)}.`,
  },

  archive: {
    action: "Archive",
    title: (key: string) => `Archive ${key}?`,
    text: "It leaves every stream: code that still asks gets its own default from now on. It can be restored with the targeting that it had.",
    force: "Although code or programs still ask for it",
    demote: "Although tenants lose it while its plan is under way",
    submit: "Archive the flag",
    done: (key: string) => `${key} is archived.`,
  },

  policy: {
    title: "Debt policy",
    description:
      "What this project calls debt. It is about judging: no flag's expiry and no answer changes.",
    loading: "Loading the policy",
    notice: "Due this many days before expiry",
    grace: "Overdue this many days after expiry",
    ready: "Ready to remove after this many days of one answer",
    unused: "Unused after this many days without a call",
    extensions: "Extensions that are allowed",
    lifetimes: "Lifetimes of new flags",
    lifetimesHelp: "In how many days a new flag expires if its creator does not say.",
    release: "Release",
    experiment: "Experiment",
    ops: "Ops",
    permission: "Permission",
    days: " days",
    never: "Left empty, it may stay.",
    needsNumber: "Enter a whole number, 0 or more.",
    save: "Save the policy",
    saved: "The policy is saved. The report is judged by it from now on.",
    notSaved: (why: string) => `The policy was not saved: ${why}`,
    usual: "As usual",
    changed: "Somebody has changed the policy meanwhile. Saving puts yours in the place of theirs.",
    theirs: "Show theirs",
  },
} as const;
