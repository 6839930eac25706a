/**
 * What `tenantry debt` would say of a report in a build, word for word, as far as it is told without
 * a look at the code.
 *
 * Invariants: the sentences are the command's own (`sdk/cli/src/command/debt`); `gate.test.ts`
 * compares them with its snapshots.
 */
import type { IndebtedFlag, Policy, Report, State } from "@/features/debt/debt";

export const GATES = ["overdue", "expired", "due"] as const;
export type Gate = (typeof GATES)[number];

export interface Verdict {
  passes: boolean;
  why: string;
}

const FAILS: Record<Gate, readonly State[]> = {
  overdue: ["overdue"],
  expired: ["overdue", "expired"],
  due: ["overdue", "expired", "due"],
};

const NONE: Record<Gate, string> = {
  overdue: "overdue",
  expired: "past the expiry date",
  due: "past the expiry date or close to it",
};

/** In the order in which the command notes them. */
const NOTED = [
  "overdue",
  "expired",
  "due",
  "over_extended",
  "ready",
  "unused",
  "unknown",
  "unowned",
] as const satisfies readonly State[];

export function verdictOf(
  { flags, policy }: Pick<Report, "flags" | "policy">,
  gate: Gate,
): Verdict {
  const fails = (flag: IndebtedFlag) => FAILS[gate].some((state) => flag.states.includes(state));
  const failing = flags.filter(fails);
  const aside = asideOf(flags, failing, gate);
  if (failing.length === 0) {
    return { passes: true, why: `no flag is ${NONE[gate]}.${aside}` };
  }
  const one = failing.length === 1;
  const them = one ? "it" : "them";
  const what = `${failing.length} ${one ? "flag is" : "flags are"} ${failingWords(gate, policy)}`;
  const way = `delete ${them} from the code and archive ${them}, or extend ${them} with a reason`;
  return { passes: false, why: `${what}; ${way}.${aside}` };
}

function failingWords(gate: Gate, { grace_days = 14, notice_days = 14 }: Policy): string {
  switch (gate) {
    case "overdue":
      return `overdue, expired for more than ${grace_days} days`;
    case "expired":
      return NONE.expired;
    case "due":
      return `past the expiry date or within ${notice_days} days of it`;
  }
}

/** What does not fail and is there. */
function asideOf(
  flags: readonly IndebtedFlag[],
  failing: readonly IndebtedFlag[],
  gate: Gate,
): string {
  const quiet = flags.filter((flag) => !failing.includes(flag));
  const noted = NOTED.flatMap((state) => {
    // A failing flag's further states are worth a word too, but not the one it fails by.
    const counted = FAILS[gate].includes(state) ? quiet : flags;
    const number = counted.filter(({ states }) => states.includes(state)).length;
    return number > 0 ? [`${number} ${state.replace("_", "-")}`] : [];
  });
  return noted.length === 0 ? "" : ` Also noted: ${noted.join(", ")}.`;
}
