/** A rollout under way: its timeline, its guard, and what can be done with it. */
import { formatCount, formatNumber, formatWhen, plural } from "@/text/format";

export const rolloutText = {
  status: {
    draft: "Draft",
    running: "Running",
    paused: "Paused",
    finished: "Finished",
    rolled_back: "Rolled back",
  },
  summary: {
    draft: "It waits to be started. Nobody has the flag by it yet.",
    finished: "It has come to its end. Who has the flag keeps it.",
    rolled_back: "Everything that it did has been taken back.",
    starting: "It runs. Nobody has been admitted yet.",
    stage: (n: number, of: number, name: string) => `Stage ${n} of ${of}: ${name}`,
    last: "This is the last stage.",
    next: (name: string) => `Next: ${name}`,
    end: "Next: the end of the plan",
  },
  pauses: {
    asked: "Somebody paused it.",
    stepped_back: "The last stage was taken back. Resume it to try that stage again.",
    harm: "The guard found harm.",
    trips: "The guard switched the flag off for too many single tenants.",
    edited:
      "Somebody has changed the flag's targeting by hand. Resume it to go on from there, or roll back.",
    unfit: "The next stage does not fit the flag any more: a segment that it names may be gone.",
  },
  trouble: (detail: string, since: string) =>
    `It cannot be carried out: ${detail}. It is tried again all the time, since ${formatWhen(since)}.`,

  waits: {
    title: "Waits for",
    nothing: "Nothing: it goes on within a moment.",
    start: (at: string) => `its beginning, ${formatWhen(at)}`,
    baking: "the stage's time",
    approval: "somebody who approves",
    frozen: (until: string, why: string) =>
      `the end of a freeze, ${formatWhen(until)}${why === "" ? "" : ` (${why})`}`,
    frozenTenant: (tenant: string, until: string, why: string) =>
      `the end of ${tenant}'s freeze, ${formatWhen(until)}${why === "" ? "" : ` (${why})`}`,
    watching: "the guard, which has not seen enough yet",
    blind:
      "somebody who approves anyway: the guard is blind here, it could not see even a total failure",
    hold: "the guard, whose figures cannot be trusted at the moment",
    suspicion: "the guard, which has a suspicion and no proof",
  },

  track: {
    label: "Stages",
    entered: (at: string) => `Entered ${formatWhen(at)}`,
    admitted: (n: number) => `${plural(n, "tenant", "tenants")} came in`,
    comesIn: (n: number) => (n === 0 ? "nobody new" : `+${plural(n, "tenant", "tenants")}`),
    comesInMin: (n: number) => `${formatCount(n)} or more came in`,
    earliest: (at: string) => `not before ${at}`,
    now: "Now",
    next: "Next",
    done: "Done",
    in: "in",
    bakes: (time: string) => `bakes ${time}`,
    approval: "then an approval",
    waitsForYou: "waits for an approval",
    end: "End",
    baked: (done: string, all: string) => `Baked ${done} of ${all}`,
  },

  commands: {
    label: "What can be done",
    start: "Start",
    startAnew: "Start anew",
    approve: "Approve",
    approveAnyway: "Approve anyway",
    pause: "Pause",
    resume: "Resume",
    stepBack: "Step back",
    rollBack: "Roll back",
    finish: "Finish here",
    edit: "Edit the plan",
    anew: "Plan anew",
    remove: "Delete the plan",
    kill: "Turn the flag off",
    more: "More",
    done: {
      start: "The plan is started.",
      approve: "The next stage is approved.",
      pause: "The plan is paused. Nobody new comes in.",
      resume: "The plan goes on.",
      "step-back": "The last stage is taken back, and the plan is paused.",
      "roll-back": "Everything is taken back.",
      finish: "The plan is finished. Who has the flag keeps it.",
    },
    removed: "The plan is deleted.",
    killed: (confirmed: number, of: number) =>
      `The flag is off. ${formatCount(confirmed)} of ${plural(of, "SDK", "SDKs")} confirmed so far.`,
    killedUnknown: "The flag is off.",
    failed: (why: string) => `That did not happen: ${why}`,
    startTitle: "Start this plan?",
    approveTitle: (name: string) => `Approve of ${name}?`,
    approveEndTitle: "Approve of the end?",
    approveText: "It is entered when nothing else is waited for.",
    approveAnywayText:
      "It is entered now, whatever its guard could not see and however much of the time is left. Only a freeze still keeps it back.",
    stepBackTitle: (name: string) => `Take ${name} back?`,
    stepBackText: "It takes effect at once, and the plan pauses.",
    rollBackTitle: "Roll everything back?",
    rollBackText: "The flag is as it was before the plan, at once.",
    finishTitle: "Finish here?",
    finishText: "No further stage comes. Who has the flag keeps it.",
    removeTitle: "Delete the plan?",
    removeText:
      "With the record of whom it admitted; its decisions stay in the audit log. The flag stays as it is.",
    killTitle: "Turn the flag off, now?",
    killText: "For everybody in this environment, by its switch. The plan pauses.",
    killTenant: (tenant: string) => `Turn off for ${tenant}`,
    killTenantTitle: (tenant: string) => `Turn the flag off for ${tenant}?`,
    killTenantText: "It is put on the block list. The plan goes on for the others.",
    killedTenant: (tenant: string) => `The flag is off for ${tenant}.`,
    comesIn: (n: number, share: string) =>
      `${plural(n, "tenant", "tenants")} of the roster come in (${share} of requests).`,
    nobodyComesIn: "Nobody new of the roster comes in.",
    goesOut: (n: number, atLeast: boolean) =>
      n === 0
        ? "No tenant of the roster loses the flag."
        : `${atLeast ? "At least " : ""}${plural(n, "tenant", "tenants")} of the roster ${n === 1 ? "loses" : "lose"} the flag.`,
    counting: "Counting who it is about…",
    notCounted: (why: string) => `Who it is about could not be told: ${why}`,
    others: "Tenants that are not on the roster are not counted.",
    andMore: (n: number) => `and ${formatCount(n)} more`,
  },

  guard: {
    title: "Guard",
    none: "No guard watches this plan: stages advance by their time alone.",
    resting: "It watches while somebody has the flag by the plan.",
    waiting: (since: string) =>
      `It looks at whole minutes from ${formatWhen(since)} on; the first word comes a minute later.`,
    armed: "Armed",
    blind: "Blind",
    notRandomised: "Not randomised",
    harm: "Harm found",
    hold: "Hold",
    suspicion: "Suspicion",
    watching: "Watching",
    armedText: "A total failure would be seen within one window.",
    blindText: (treated: number, allFail: number, limit: number) =>
      treated === 0
        ? "No tenant of this stage had reported outcomes before the plan began, so it is not known what is usual. Approve anyway, or make the stage larger."
        : `Too few tenants to see even a total failure: if all ${formatNumber(treated)} failed in one window, the evidence would come to ${formatNumber(allFail)} of ${formatNumber(limit)}.`,
    notRandomisedText:
      "These tenants were chosen, not drawn, so nothing can be proven by comparing: each is compared with its own past alone, and only the breakers act.",
    arms: (treated: number, control: number) =>
      control === 0
        ? `All ${plural(treated, "tenant", "tenants")} that had reported before the plan began have the flag, so there is nobody to compare them with.`
        : `${formatCount(treated)} with the flag and ${plural(control, "other", "others")} had reported before the plan began.`,
    minutes: (n: number) => `${plural(n, "minute", "minutes")} of outcomes taken up.`,
    columns: {
      metric: "Metric",
      evidence: "Evidence for harm",
      bad: "Went bad, with the flag",
      control: "Went bad, without it",
      state: "Sight",
    },
    metrics: { errors: "Errors", latency: "Latency" } as Record<string, string>,
    window: (minutes: number) => (minutes === 60 ? "1 h" : `${minutes} min`),
    evidence: (value: number, limit: number) => `${formatNumber(value)} of ${formatNumber(limit)}`,
    evidenceLabel: (metric: string, window: string) => `Evidence, ${metric}, windows of ${window}`,
    atRisk: (bad: number, all: number) => `${formatCount(bad)} of ${formatCount(all)}`,
    sampleRatio: "Feed and sample ratio",
    sampleRatioFine: "As the stage says: reports come from both sides, in the right proportion.",
    hardStop: (metric: string, bad: number, active: number) =>
      `Hard stop: ${metric} went bad for ${formatCount(bad)} of ${formatCount(active)} tenants in one minute.`,
    harmText: (metric: string, window: string, treated: readonly string[]) =>
      `${metric}, windows of ${window}: ${treated.slice(0, 5).join(", ")}${treated.length > 5 ? ` and ${formatCount(treated.length - 5)} more` : ""} went bad.`,
    rates: "Plain rates",
    ratesHelp: "They describe; they decide nothing, for one giant moves them.",
    with: "With the flag",
    without: "Without it",
    ratio: "Ratio",
    ratioValue: (ratio: number) => `×${formatNumber(ratio)}`,
    noRatio: "None",
    failed: (failures: number, requests: number) =>
      `${formatCount(failures)} of ${formatCount(requests)}`,
    help: "Evidence multiplies as tenants go bad. At its limit the plan acts; from a tenth of it on, it waits.",
  },

  tenants: {
    title: "Tenants, the worst first",
    none: "No outcomes of this stage have come yet.",
    help: "Those with the most failures beyond what is usual for all, since the stage began.",
    tenant: "Tenant",
    with: "Failed with the flag",
    without: "Failed without it",
    nothing: "None",
    failed: (failures: number, requests: number) =>
      `${formatCount(failures)} of ${formatCount(requests)}`,
    turnOff: "Turn off",
    turnOffFor: (tenant: string) => `Turn the flag off for ${tenant}`,
    off: "Off by the guard",
    blocked: (names: readonly string[]) =>
      `The guard has turned the flag off for ${names.join(", ")}. They stay on the block list until somebody takes them off it.`,
    held: (names: readonly string[]) =>
      `A freeze keeps ${names.join(", ")} out. They come in when it is over and the plan runs.`,
  },

  admitted: {
    title: "Who came in",
    count: (n: number) => `${plural(n, "tenant", "tenants")} of the roster by this plan`,
    none: "Nobody of the roster has come in by this plan.",
    all: "Also those that were taken back",
    tenant: "Tenant",
    stage: "Stage",
    when: "When",
    by: "By",
    now: "Now",
    stageNumber: (n: number) => `Stage ${n}`,
    drawn: "drawn",
    has: "Has it",
    takenBack: (at: string, by: string) => `Taken back ${formatWhen(at)} by ${by}`,
    former: "by a plan before this one",
    loading: "Loading who came in",
  },

  decisions: {
    title: "History",
    start: "Started",
    advance: (stage: string) => `Entered ${stage}`,
    approve: "Next stage approved",
    pause: "Paused",
    resume: "Resumed",
    step_back: (from: string) => `Took ${from} back`,
    roll_back: "Rolled back",
    finish: "Finished",
    block: (tenant: string) => `Turned off for ${tenant}`,
    hold: (tenants: string) => `A freeze keeps ${tenants} out`,
    release: (tenants: string) => `Let ${tenants} in after their freeze`,
    system: "by itself",
    server: "the plan",
    by: (actor: string) => `by ${actor}`,
    nobody: "nobody",
    stage: (n: number) => `stage ${n}`,
    oldest: "Older decisions are in the audit log.",
  },

  list: {
    title: "Rollouts",
    description: (environment: string) => `Plans in ${environment}, those under way first.`,
    loading: "Loading the rollouts",
    none: "No rollout yet",
    noneText:
      "Open a flag and plan its rollout: it comes to your tenants in stages, and steps back by itself when something breaks.",
    noneInView: "No plan is in this state",
    showAll: "Show all",
    toFlags: "Choose a flag",
    filters: {
      all: "All",
      active: "Under way",
      draft: "Drafts",
      ended: "Ended",
    },
    filter: "Show",
    flag: "Flag",
    stages: "Stages",
    state: "State",
    guard: "Guard",
    actions: "Actions",
    noGuard: "No guard",
  },
} as const;
