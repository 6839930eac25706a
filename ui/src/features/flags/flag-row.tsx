/** One flag in one environment: its state, and the two changes that are made most. */
import { CopyButton, Switch, Tooltip, UnstyledButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { toastRefused, toastSaved } from "@/features/flags/changed-toast";
import { ExpiryLabel } from "@/features/flags/expiry-label";
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
}

const words = flagsText;

export function FlagRow({ project, environment, others, flag, now }: FlagRowProps) {
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
    <tr className={classes.row} data-flag={flag.key} data-on={setting.on || undefined}>
      <td className={classes.switchCell}>
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
          />
        )}
        <Flash trigger={details?.updated_at} />
      </td>
      <th scope="row" className={classes.flagCell}>
        <Link
          to="/projects/$project/environments/$environment/flags/$flag"
          params={{ project, environment: environment.key, flag: flag.key }}
          className={classes.name}
        >
          {isNamed ? flag.name : flag.key}
        </Link>
        <span className={classes.meta}>
          {isNamed && <CopyKey flag={flag.key} className={classes.key} />}
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
      </th>
      <td className={classes.rolloutCell}>
        <RolloutControl
          flag={flag.key}
          environment={environment.name}
          on={setting.on}
          threshold={setting.threshold}
          disabled={archived}
          onChange={(threshold) => change.mutate({ seen: setting, wanted: { threshold } })}
        />
        <span className={classes.sub}>{more(details)}</span>
      </td>
      <td className={classes.listsCell}>
        <span className={classes.cellLabel}>{words.columns.lists}</span>
        <span data-none={details?.allow === 0 || undefined}>
          {words.allowed(details?.allow ?? 0)}
        </span>
        {details !== undefined && details.block > 0 && (
          <span className={classes.sub}>{words.blockedShort(details.block)}</span>
        )}
      </td>
      <td className={classes.elsewhereCell}>
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
      </td>
      <td className={classes.ownerCell}>
        <Owner flag={flag} />
      </td>
      <td className={classes.expiryCell}>
        <span className={classes.cellLabel}>{words.columns.expires}</span>
        <ExpiryLabel expiresOn={flag.expires_on} now={now} />
      </td>
    </tr>
  );
}

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

function CopyKey({ flag, className }: { flag: string; className: string | undefined }) {
  return (
    <CopyButton value={flag} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? words.copied : words.copy} closeDelay={copied ? 1500 : 0}>
          <UnstyledButton
            className={`${classes.copy} ${className}`}
            onClick={copy}
            aria-label={words.copyKey(flag)}
          >
            {flag}
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
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
