/** What a plan's guard says: whether it could see harm, and how near the evidence is to its limit. */
import { EyeOffIcon, ShieldIcon, WarningIcon } from "@/design/icons";
import { ScrollRegion } from "@/design/scroll-region";
import type { GuardState, PlanView, WatchState } from "@/features/plan/plan";
import { formatShare } from "@/text/format";
import { rolloutText } from "@/text/rollout";
import classes from "./guard-panel.module.css";

const words = rolloutText.guard;
/** Evidence within a factor of ten of its limit is a suspicion. */
const SUSPICION_LOG10 = 1;

export function GuardPanel({ view }: { view: PlanView }) {
  const { guard, plan } = view;
  return (
    <section className={classes.panel} aria-labelledby="guard-title">
      <header className={classes.header}>
        <h2 id="guard-title" className={classes.title}>
          {words.title}
        </h2>
        {guard != null && <Verdict guard={guard} />}
      </header>
      {plan.guard == null ? (
        <p className={classes.help}>{words.none}</p>
      ) : guard == null ? (
        <p className={classes.help}>{words.resting}</p>
      ) : (
        <Watching guard={guard} />
      )}
    </section>
  );
}

function Verdict({ guard }: { guard: GuardState }) {
  const [tone, text] = verdictOf(guard);
  const Icon = tone === "danger" ? WarningIcon : tone === "blind" ? EyeOffIcon : ShieldIcon;
  return (
    <span className={classes.verdict} data-tone={tone}>
      <Icon size={14} />
      {text}
    </span>
  );
}

/** In one word. */
export function verdictOf(guard: GuardState): ["danger" | "blind" | "warning" | "good", string] {
  if (guard.harm.length > 0 || guard.hard_stop != null) {
    return ["danger", words.harm];
  }
  if (guard.holds.length > 0) {
    return ["warning", words.hold];
  }
  if (guard.minutes === 0) {
    return ["good", words.watching];
  }
  if (isUnread(guard)) {
    return ["blind", words.blind];
  }
  if (guard.waits.includes("suspicion")) {
    return ["warning", words.suspicion];
  }
  if (!guard.randomised) {
    return ["blind", words.notRandomised];
  }
  return guard.armed ? ["good", words.armed] : ["blind", words.blind];
}

/** Nobody had reported anything before the plan began: neither side has a past to be compared with. */
function isUnread({ tenants }: GuardState): boolean {
  return tenants.treated === 0 && tenants.control === 0;
}

function Watching({ guard }: { guard: GuardState }) {
  if (isUnread(guard) && guard.holds.length === 0) {
    return <p className={classes.help}>{words.unread}</p>;
  }
  return (
    <>
      <p className={classes.help}>
        {guard.minutes === 0 ? words.waiting(guard.since) : words.minutes(guard.minutes)}{" "}
        {words.arms(guard.tenants.treated, guard.tenants.control)}{" "}
        {!guard.randomised ? words.notRandomisedText : guard.armed ? words.armedText : ""}
      </p>
      {guard.hard_stop != null && (
        <p className={classes.alarm}>
          {words.hardStop(
            metricName(guard.hard_stop.metric),
            guard.hard_stop.bad.treated,
            guard.hard_stop.active.treated,
          )}
        </p>
      )}
      {guard.harm.map((harm) => (
        <p key={`${harm.metric}/${harm.window_minutes}`} className={classes.alarm}>
          {words.harmText(metricName(harm.metric), words.window(harm.window_minutes), harm.treated)}
        </p>
      ))}
      {guard.watches.length > 0 && guard.randomised && <Watches guard={guard} />}
      {guard.minutes > 0 && (
        <dl className={classes.facts}>
          <dt>{words.sampleRatio}</dt>
          <dd data-warning={guard.holds.length > 0 || undefined}>
            {guard.holds.length > 0 ? guard.holds.join("; ") : words.sampleRatioFine}
          </dd>
        </dl>
      )}
      <Rates guard={guard} />
    </>
  );
}

function Watches({ guard }: { guard: GuardState }) {
  return (
    <>
      <ScrollRegion label={words.columns.evidence}>
        <table className={classes.watches}>
          <thead>
            <tr>
              <th scope="col">{words.columns.metric}</th>
              <th scope="col">{words.columns.evidence}</th>
              <th scope="col">{words.columns.bad}</th>
              <th scope="col">{words.columns.control}</th>
              <th scope="col">{words.columns.state}</th>
            </tr>
          </thead>
          <tbody>
            {guard.watches.map((watch) => (
              <Watch
                key={`${watch.metric}/${watch.window_minutes}`}
                watch={watch}
                limit={guard.log10_limit}
              />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <p className={classes.help}>{words.help}</p>
    </>
  );
}

function Watch({ watch, limit }: { watch: WatchState; limit: number }) {
  const window = words.window(watch.window_minutes);
  const metric = metricName(watch.metric);
  const { bad, at_risk: left } = watch;
  return (
    <tr>
      <th scope="row">
        {metric} <span className={classes.window}>{window}</span>
      </th>
      <td>
        <Evidence
          label={words.evidenceLabel(metric, window)}
          log10={watch.log10_evidence}
          limit={limit}
        />
      </td>
      <td>{words.atRisk(bad.treated, bad.treated + left.treated)}</td>
      <td>{words.atRisk(bad.control, bad.control + left.control)}</td>
      <td>
        <span className={classes.sight} data-armed={watch.armed || undefined}>
          {watch.armed ? words.armed : words.blind}
        </span>
        {!watch.armed && (
          <span className={classes.why}>
            {words.blindText(
              left.treated + bad.treated,
              10 ** watch.log10_if_all_fail,
              10 ** limit,
            )}
          </span>
        )}
      </td>
    </tr>
  );
}

interface EvidenceProps {
  label: string;
  log10: number;
  limit: number;
}

/** On a scale of powers of ten, for that is how evidence grows. */
function Evidence({ label, log10, limit }: EvidenceProps) {
  const text = words.evidence(10 ** log10, 10 ** limit);
  const share = limit <= 0 ? 0 : Math.min(1, Math.max(0, log10 / limit));
  const suspicion = limit <= SUSPICION_LOG10 ? 0 : (limit - SUSPICION_LOG10) / limit;
  const tone = share >= 1 ? "danger" : share >= suspicion && share > 0 ? "warning" : undefined;
  return (
    <div className={classes.evidence}>
      {/* biome-ignore lint/a11y/useSemanticElements: a meter's own look cannot have a mark on it */}
      <span
        className={classes.bar}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={1}
        aria-valuenow={Math.round(share * 1000) / 1000}
        aria-valuetext={text}
        data-tone={tone}
      >
        <span style={{ width: `${share * 100}%` }} />
        <i style={{ left: `${suspicion * 100}%` }} />
      </span>
      <span className={classes.number}>{text}</span>
    </div>
  );
}

function Rates({ guard: { rates } }: { guard: GuardState }) {
  if (rates.length === 0) {
    return null;
  }
  return (
    <ScrollRegion label={words.rates}>
      <table className={classes.watches}>
        <caption className={classes.caption}>
          <strong>{words.rates}</strong> {words.ratesHelp}
        </caption>
        <thead>
          <tr>
            <th scope="col">{words.columns.metric}</th>
            <th scope="col">{words.with}</th>
            <th scope="col">{words.without}</th>
            <th scope="col">{words.ratio}</th>
          </tr>
        </thead>
        <tbody>
          {rates.map(({ metric, treated, control, rate_ratio }) => (
            <tr key={metric}>
              <th scope="row">{metricName(metric)}</th>
              {[treated, control].map((it, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the first is with the flag
                <td key={index}>
                  {it.requests > 0 && <b>{formatShare(it.failures / it.requests)} </b>}
                  <span className={classes.window}>{words.failed(it.failures, it.requests)}</span>
                </td>
              ))}
              <td>{rate_ratio == null ? words.noRatio : words.ratioValue(rate_ratio)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function metricName(metric: string): string {
  return words.metrics[metric] ?? metric;
}
