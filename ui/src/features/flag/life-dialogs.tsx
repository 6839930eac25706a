/** What is done with a flag as a whole: put off its expiry, archive it, restore it. */
import { Checkbox, TextInput, UnstyledButton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { hasStatus } from "@/api/problem";
import { ConfirmDialog } from "@/design/confirm-dialog";
import { WarningIcon } from "@/design/icons";
import { referencesQuery, removalQuery } from "@/features/flag/evidence";
import {
  archiveFlag,
  demotions,
  extendFlag,
  type Flag,
  refreshFlag,
  restoreFlag,
  type Where,
} from "@/features/flag/flag";
import { toastSaved } from "@/features/flags/changed-toast";
import { dayFromNow } from "@/features/flags/expiry";
import { flagText } from "@/text/flag";
import classes from "./life-dialogs.module.css";

interface LifeDialogProps {
  where: Where;
  flag: Flag;
  now: Date;
  onClose: () => void;
}

const EXTENSIONS = [14, 30, 90];

export function ExtendDialog({ where, flag, now, onClose }: LifeDialogProps) {
  const words = flagText.extend;
  const client = useQueryClient();
  // From today, or from its last day if that is ahead.
  const from = new Date(
    Math.max(now.getTime(), Date.parse(`${flag.expires_on ?? dayFromNow(0, now)}T00:00:00Z`)),
  );
  const [until, setUntil] = useState(dayFromNow(30, from));
  return (
    <ConfirmDialog
      opened
      title={words.title}
      confirm={words.confirm}
      reason="required"
      disabled={until === ""}
      onClose={onClose}
      onConfirm={async (reason) => {
        await extendFlag(where, until, reason);
        await refreshFlag(client, where);
        toastSaved(`extend/${flag.key}`, words.done(until));
      }}
    >
      <div className={classes.extend}>
        <span>{words.help}</span>
        <TextInput
          type="date"
          label={words.until}
          value={until}
          min={dayFromNow(1, from)}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
        <div className={classes.presets}>
          {EXTENSIONS.map((days) => (
            <UnstyledButton
              key={days}
              className={classes.preset}
              aria-pressed={until === dayFromNow(days, from)}
              onClick={() => setUntil(dayFromNow(days, from))}
            >
              {words.days(days)}
            </UnstyledButton>
          ))}
        </div>
      </div>
    </ConfirmDialog>
  );
}

export function ArchiveDialog({ where, flag, onClose }: LifeDialogProps) {
  const words = flagText.archive;
  const client = useQueryClient();
  const references = useQuery(referencesQuery(where.project, flag.key));
  const removal = useQuery(removalQuery(where.project, flag.key));
  const [refused, setRefused] = useState<Error>();
  const [force, setForce] = useState(false);
  const [demote, setDemote] = useState(false);
  const places = references.data?.references ?? 0;
  const inUse = hasStatus(refused, 409) && refused.code === "flag_in_use";
  const losses = demotions(refused);
  const against = [
    ...(places > 0 ? [words.references(places)] : []),
    ...(removal.data?.blockers ?? []),
    ...(losses ?? []),
  ];
  const asking = references.isPending || removal.isPending;
  return (
    <ConfirmDialog
      opened
      danger
      title={words.title(flag.key)}
      confirm={words.confirm}
      reason={force ? "required" : "optional"}
      disabled={(inUse && !force) || (losses !== undefined && !demote)}
      onClose={onClose}
      onConfirm={async (reason) => {
        try {
          await archiveFlag(where, { reason, force, demote });
        } catch (error) {
          setRefused(error instanceof Error ? error : undefined);
          throw error;
        }
        await refreshFlag(client, where);
        toastSaved(`archive/${flag.key}`, words.done(flag.key));
      }}
    >
      <div className={classes.archive}>
        <span>{words.help}</span>
        <section className={classes.against} aria-label={words.against}>
          <strong>{words.against}</strong>
          {asking && <span>{words.asking}</span>}
          {!asking && against.length === 0 && <span>{words.nothing}</span>}
          <ul>
            {against.map((it) => (
              <li key={it}>
                <WarningIcon size={14} />
                <span>{it}</span>
              </li>
            ))}
          </ul>
        </section>
        {(inUse || places > 0) && (
          <Checkbox
            label={words.force}
            checked={force}
            onChange={(event) => setForce(event.currentTarget.checked)}
          />
        )}
        {losses !== undefined && (
          <Checkbox
            label={words.demote}
            checked={demote}
            onChange={(event) => setDemote(event.currentTarget.checked)}
          />
        )}
      </div>
    </ConfirmDialog>
  );
}

export function RestoreDialog({ where, flag, onClose }: LifeDialogProps) {
  const words = flagText.archive;
  const client = useQueryClient();
  return (
    <ConfirmDialog
      opened
      title={words.restoreTitle(flag.key)}
      confirm={words.restoreConfirm}
      reason="optional"
      onClose={onClose}
      onConfirm={async (reason) => {
        await restoreFlag(where, reason);
        await refreshFlag(client, where);
        toastSaved(`archive/${flag.key}`, words.restored(flag.key));
      }}
    >
      {words.restoreHelp}
    </ConfirmDialog>
  );
}
