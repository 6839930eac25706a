/** The debt policy as its fields hold it. */
import type { Policy } from "@/features/debt/debt";
import { debtText } from "@/text/debt";

export const LIFETIMES = ["release", "experiment", "ops", "permission"] as const;
const NUMBERS = [
  "notice_days",
  "grace_days",
  "ready_days",
  "unused_days",
  "max_extensions",
] as const;

type Field = number | string;

export interface PolicyDraft extends Record<(typeof NUMBERS)[number], Field> {
  lifetime_days: Record<(typeof LIFETIMES)[number], Field>;
}

/** What a project without a policy of its own goes by. */
export const USUAL: Policy = {
  notice_days: 14,
  grace_days: 14,
  ready_days: 30,
  unused_days: 30,
  max_extensions: 2,
  lifetime_days: { release: 90, experiment: 90, ops: null, permission: null },
};

export function policyDraft(policy: Policy): PolicyDraft {
  const { lifetime_days } = policy;
  const number = (key: (typeof NUMBERS)[number]) => policy[key] ?? USUAL[key] ?? "";
  return {
    notice_days: number("notice_days"),
    grace_days: number("grace_days"),
    ready_days: number("ready_days"),
    unused_days: number("unused_days"),
    max_extensions: number("max_extensions"),
    lifetime_days: {
      release: lifetime_days?.release ?? 90,
      experiment: lifetime_days?.experiment ?? 90,
      ops: lifetime_days?.ops ?? "",
      permission: lifetime_days?.permission ?? "",
    },
  };
}

export function policyOf({ lifetime_days, ...numbers }: PolicyDraft): Policy {
  return {
    notice_days: Number(numbers.notice_days),
    grace_days: Number(numbers.grace_days),
    ready_days: Number(numbers.ready_days),
    unused_days: Number(numbers.unused_days),
    max_extensions: Number(numbers.max_extensions),
    lifetime_days: {
      release: Number(lifetime_days.release),
      experiment: Number(lifetime_days.experiment),
      ops: lifetime_days.ops === "" ? null : Number(lifetime_days.ops),
      permission: lifetime_days.permission === "" ? null : Number(lifetime_days.permission),
    },
  };
}

/** By field; only what may stay may be empty. */
export function problemsOf(draft: PolicyDraft): Record<string, string> {
  const isWhole = (value: Field) => value !== "" && Number.isSafeInteger(Number(value));
  const wrong = [
    ...NUMBERS.filter((key) => !isWhole(draft[key])),
    ...LIFETIMES.filter((kind) => {
      const value = draft.lifetime_days[kind];
      const mayStay = kind === "ops" || kind === "permission";
      return !(isWhole(value) || (mayStay && value === ""));
    }).map((kind) => `lifetime_days.${kind}`),
  ];
  return Object.fromEntries(wrong.map((field) => [field, debtText.policy.needsNumber]));
}
