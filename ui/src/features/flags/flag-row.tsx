/** One flag in one environment: its state, and the two changes that are made most. */
import { Switch } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { lazy, memo, Suspense, useEffect, useState } from "react";
import { Tick } from "@/design/tick";
import { Cell } from "@/design/virtual-rows";
import type { IndebtedFlag } from "@/features/debt/debt";
import { toastRefused, toastSaved } from "@/features/flags/changed-toast";
import { ExpiryLabel } from "@/features/flags/expiry-label";
import type { ShownColumns } from "@/features/flags/flag-table";
import { environmentOf, type Flag } from "@/features/flags/flags";
import { RolloutControl } from "@/features/flags/rollout-control";
import { type Change, refusal, settingOf, useChangeTargeting } from "@/features/flags/targeting";
import type { Environment } from "@/features/projects/projects";
import { flagsText } from "@/text/flags";
import { formatThreshold } from "@/text/format";
import classes from "./flag-table.module.css";

interface FlagRowProps {
  project: string;
  environment: Environment;
  /** The project's other environments. */
  others: readonly Environment[];
  flag: Flag;
  now: Date;
  columns: ShownColumns;
  /** What of its debt the expiry does not say already. */
  health: IndebtedFlag["states"] | undefined;
  selected: boolean;
  onSelect: (flag: string, selected: boolean) => void;
  tabIndex: 0 | -1;
}

/** What a row can be read without comes a moment later. */
const UsageCell = lazy(async () => ({
  default: (await import("@/features/flags/usage-cell")).UsageCell,
}));
const Ago = lazy(async () => ({ default: (await import("@/design/ago")).Ago }));
const StateBadges = lazy(async () => ({
  default: (await import("@/features/debt/state-badge")).StateBadges,
}));

const words = flagsText;
const COPIED_MS = 1_500;

/** Drawn anew only if something in it is another: see `FlagTable`. */
export const FlagRow = memo(function FlagRow({
  project,
  environment,
  others,
  flag,
  now,
  columns,
  health,
  selected,
  onSelect,
  tabIndex,
}: FlagRowProps) {
  const setting = settingOf(flag, environment.key);
  const details = environmentOf(flag, environment.key);
  const archived = flag.archived_at != null;
  // A flag made without a name has its key for one; once is enough.
  const isNamed = flag.name !== "" && flag.name !== flag.key;
  const toast = `${environment.key}/${flag.key}`;

  const change = useChangeTargeting(project, environment.key, flag.key, {
    onSaved: (saved) => {
      const undo = undoOf(saved);
      const message =
        saved.wanted.on === undefined
          ? flagsText.change.rolledOut(
              flag.key,
              environment.name,
              { ...saved.seen, ...saved.wanted }.threshold,
            )
          : flagsText.change.switched(flag.key, environment.name, saved.wanted.on);
      toastSaved(toast, message, () => change.mutate(undo));
    },
    onRefused: (error) => toastRefused(toast, refusal(error, flag.key, environment.name)),
  });

  return (
    <>
      <Cell className={classes.selectCell}>
        <Tick
          checked={selected}
          tabIndex={tabIndex}
          label={words.select(flag.key)}
          onChange={(is) => onSelect(flag.key, is)}
        />
      </Cell>
      <Cell className={classes.switchCell}>
        {archived ? (
          <span className={classes.archived}>{words.archived}</span>
        ) : (
          <Switch
            checked={setting.on}
            onChange={(event) =>
              change.mutate({ seen: setting, wanted: { on: event.currentTarget.checked } })
            }
            aria-label={words.switchLabel(flag.key, environment.name)}
            label={setting.on ? words.on : words.off}
            size="sm"
            tabIndex={tabIndex}
          />
        )}
        <Flash trigger={details?.updated_at} />
      </Cell>
      <Cell className={classes.flagCell}>
        <Link
          to="/projects/$project/environments/$environment/flags/$flag"
          params={{ project, environment: environment.key, flag: flag.key }}
          className={classes.name}
          tabIndex={tabIndex}
        >
          {isNamed ? flag.name : flag.key}
        </Link>
        <span className={classes.meta}>
          {isNamed && <CopyKey flag={flag.key} className={classes.key} tabIndex={tabIndex} />}
          <span className={classes.kind}>{words.kind(flag.kind)}</span>
          <span className={classes.metaOwner}>
            <Owner flag={flag} />
          </span>
          {flag.tags.map((tag) => (
            <span key={tag} className={classes.tag}>
              {tag}
            </span>
          ))}
        </span>
      </Cell>
      <Cell className={classes.rolloutCell}>
        <RolloutControl
          flag={flag.key}
          environment={environment.name}
          on={setting.on}
          threshold={setting.threshold}
          disabled={archived}
          tabIndex={tabIndex}
          onChange={(threshold) => change.mutate({ seen: setting, wanted: { threshold } })}
        />
        <span className={classes.sub}>{more(details)}</span>
      </Cell>
      {columns.elsewhere && (
        <Cell>
          {others.map((other) => {
            const there = settingOf(flag, other.key);
            return (
              <span key={other.key} className={classes.elsewhere} data-on={there.on || undefined}>
                <span className={classes.dot} aria-hidden="true" />
                {other.name}
                <span className={classes.elsewhereValue}>
                  {there.on ? formatThreshold(there.threshold) : words.off}
                </span>
              </span>
            );
          })}
        </Cell>
      )}
      {columns.usage && (
        <Cell>
          {!archived && (
            <Suspense fallback={null}>
              <UsageCell project={project} environment={environment.key} flag={flag.key} />
            </Suspense>
          )}
        </Cell>
      )}
      {columns.owner && (
        <Cell>
          <Owner flag={flag} />
        </Cell>
      )}
      {columns.instant !== undefined && (
        <Cell className={classes.instantCell} label={words.columns[columns.instant]}>
          <Suspense fallback={null}>
            <Ago at={flag[columns.instant]} />
          </Suspense>
        </Cell>
      )}
      <Cell className={classes.expiryCell} label={words.columns.expires}>
        <ExpiryLabel expiresOn={flag.expires_on} now={now} over={archived} />
        {health !== undefined && (
          <Suspense fallback={null}>
            <StateBadges states={health} />
          </Suspense>
        )}
      </Cell>
    </>
  );
});

/** The change that leads back to what the reader saw before. */
function undoOf({ seen, wanted }: Change): Change {
  return {
    seen: { ...seen, ...wanted },
    wanted: wanted.on === undefined ? { threshold: seen.threshold } : { on: seen.on },
  };
}

function Owner({ flag }: { flag: Flag }) {
  if (flag.owner) {
    return (
      <span className={classes.owner} title={flag.owner}>
        {flag.owner}
      </span>
    );
  }
  const needsOwner = flag.kind === "release" || flag.kind === "experiment";
  return (
    <span className={classes.owner} data-missing={needsOwner ? "wrong" : "fine"}>
      {words.noOwner}
    </span>
  );
}

interface CopyKeyProps {
  flag: string;
  className: string | undefined;
  tabIndex: 0 | -1;
}

/** Made of little: a list has hundreds of them. */
function CopyKey({ flag, className, tabIndex }: CopyKeyProps) {
  const clipboard = useClipboard({ timeout: COPIED_MS });
  return (
    <button
      type="button"
      className={`${classes.copy} ${className}`}
      onClick={() => clipboard.copy(flag)}
      tabIndex={tabIndex}
      title={words.copy}
      aria-label={words.copyKey(flag)}
    >
      {flag}
      <span role="status" className={classes.copied}>
        {clipboard.copied && words.copied}
      </span>
    </button>
  );
}

/** Lights the row up once whenever `trigger` changes, so that a change from elsewhere is noticed. */
function Flash({ trigger }: { trigger: string | undefined }) {
  const [first] = useState(trigger);
  const [changed, setChanged] = useState(false);
  useEffect(() => {
    if (trigger !== first) {
      setChanged(true);
    }
  }, [trigger, first]);
  return changed ? <span key={trigger} className={classes.flash} aria-hidden="true" /> : null;
}

function more(details: { rules: number; variants: number } | undefined): string {
  return [
    details && details.rules > 0 ? words.rules(details.rules) : "",
    details && details.variants > 0 ? words.variants(details.variants) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}
