/** Segments: named sets of tenants. */
import { formatCount, plural } from "@/text/format";

const tenants = (n: number) => plural(n, "tenant", "tenants");

/** A part of a whole, 0 to 1. */
const shares = new Intl.NumberFormat("en-GB", { style: "percent", maximumFractionDigits: 1 });
const percent = (part: number) => shares.format(part);

/** Some names, and how many others there are. */
function listed(names: readonly string[], all: number): string {
  const others = all - names.length;
  return names.join(", ") + (others > 0 ? ` and ${formatCount(others)} more` : "");
}

export const segmentsText = {
  title: "Segments",
  description: "Named sets of tenants for rules and rollouts, the same in every environment.",
  search: "Search by name or key",
  create: "New segment",
  loading: "Loading segments",
  noneTitle: "No segments yet",
  none: "A segment names a set of tenants once, such as design partners or everybody on the enterprise plan, so that rules and rollouts can ask for it.",
  noMatchTitle: "No segment matches",
  noMatch: "No segment has this in its name or key.",
  missingTitle: "There is no such segment",
  missing: (key: string) =>
    `No segment of this project has the key ${key}. It may have been deleted, or the link may be cut short.`,
  toSegments: "To the segments",
  clear: "Clear search",
  columns: { segment: "Segment", kind: "Made of", members: "Members", updated: "Changed" },
  listed: "Listed tenants",
  conditions: (n: number) => plural(n, "condition", "conditions"),
  members: tenants,

  form: {
    title: "New segment",
    name: "Name",
    nameHelp: "What people call it.",
    key: "Key",
    keyHelp: "What rules ask for. Fixed once created.",
    kind: "Its members are",
    kinds: {
      listed: { label: "Listed tenants", explain: "You name each tenant." },
      conditions: {
        label: "Tenants that meet conditions",
        explain: "Decided by the roster's attributes, now and after every change of the roster.",
      },
    },
    needsKey: "Enter a key.",
    wrongKey: "Use letters, digits, dots, dashes, underscores and tildes; at most 128.",
    taken: "This project already has a segment with this key.",
    incomplete: "Complete every condition, or remove it.",
    submit: "Create segment",
    done: (key: string) => `${key} was created.`,
  },

  preview: {
    counting: "Counting…",
    incomplete: "Complete the conditions to see whom they mean.",
    size: (n: number) => `${tenants(n)} would be ${n === 1 ? "a member" : "members"}`,
    share: (it: { share_of_tenants: number; share_of_requests: number }) =>
      `(${percent(it.share_of_tenants)} of tenants, ${percent(it.share_of_requests)} of requests).`,
    largest: (names: readonly string[], all: number) => `${listed(names, all)}.`,
    joining: (names: readonly string[], all: number) =>
      `${formatCount(all)} would join: ${listed(names, all)}.`,
    leaving: (names: readonly string[], all: number) =>
      `${formatCount(all)} would leave: ${listed(names, all)}.`,
    same: "Nobody would join or leave.",
  },

  page: {
    back: "Segments",
    copyKey: (key: string) => `Copy the key ${key}`,
    rename: "Rename",
    renamed: "Renamed.",
    save: "Save",
    discard: "Discard",
    more: "More",
    remove: "Delete",
    conditions: "Conditions",
    conditionsHelp: "A tenant of the roster is a member if it meets all of them.",
    saved: (size: number) =>
      `Saved. ${tenants(size)} ${size === 1 ? "is a member" : "are members"}.`,
    toListed: "Turn into a list",
    toListedTitle: "Turn it into listed tenants?",
    toListedText:
      "The conditions go. The segment keeps the members that it has now, and new tenants no longer join by themselves.",
    toListedDone: "It is a list now.",
    toConditions: "Use conditions instead",
    toConditionsHelp:
      "With conditions the members follow from the roster; the list of tenants is replaced.",
    members: "Members",
    membersCount: (n: number) => `${tenants(n)}`,
    noMembersTitle: "No members",
    noMembersListed:
      "Add tenants by their keys. Rules that ask for this segment pass everybody by until then.",
    noMembersConditions: "No tenant of the roster meets all conditions.",
    loadingMembers: "Loading members",
    add: "Add tenants",
    addTitle: "Add tenants",
    addKeys: "Keys of tenants",
    addHelp: "One a line, or separated by commas. They need not be on the roster.",
    addSubmit: (n: number) => (n === 0 ? "Add" : `Add ${tenants(n)}`),
    added: (n: number) => (n === 0 ? "They were members already." : `${tenants(n)} added.`),
    removeMember: (tenant: string) => `Take ${tenant} out`,
    removed: (tenant: string) => `${tenant} is out of the segment.`,
    export: "Export keys",
    usedBy: "Used by",
    unused: "No flag asks for this segment, and no rollout names it.",
    rules: "in its rules",
    plan: (stages: readonly string[]) =>
      stages.length === 0 ? "in its rollout" : `in its rollout: ${stages.join(", ")}`,
    deleteTitle: (name: string) => `Delete ${name}?`,
    deleteText: (n: number) =>
      `The segment and its ${plural(n, "member", "members")} go. This cannot be undone.`,
    deleteInUse: "It cannot be deleted while it is in use. Take it out of these first:",
    deleteConfirm: "Delete segment",
    deleted: (key: string) => `${key} was deleted.`,
    changedMeanwhile:
      "Somebody else changed this segment while you were editing. What you see below is your draft.",
    showTheirs: "Show theirs",
  },
} as const;
