/** Before a targeting becomes what it was: what that changes, and whom it turns on and off. */
import { Checkbox, Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { ConfirmDialog } from "@/design/confirm-dialog";
import { FieldDiff } from "@/design/field-diff";
import { changedFields, differences } from "@/features/flag/draft";
import { type AuditEntry, revertTargeting } from "@/features/flag/evidence";
import {
  demotions,
  refreshFlag,
  targetingQuery,
  type VersionedDraft,
  type Where,
} from "@/features/flag/flag";
import { FlipPreview, useFlipPreview } from "@/features/flag/flip-preview";
import { targetingBefore } from "@/features/flag/undo";
import { toastSaved } from "@/features/flags/changed-toast";
import { flagText } from "@/text/flag";
import { formatMoment } from "@/text/format";
import classes from "./revert-dialog.module.css";

interface RevertDialogProps {
  where: Where;
  entry: AuditEntry;
  /** All entries about the flag that came after it, the newest first. */
  later: readonly AuditEntry[];
  onClose: () => void;
}

const words = flagText.history;

export function RevertDialog({ where, entry, later, onClose }: RevertDialogProps) {
  const client = useQueryClient();
  const [losses, setLosses] = useState<readonly string[]>();
  const [demote, setDemote] = useState(false);
  const { data: current, dataUpdatedAt } = useQuery(targetingQuery(where));
  const past = useMemo(
    () => current && targetingBefore(current.draft, later, where.environment),
    [current, later, where.environment],
  );
  const isSame =
    current !== undefined && past !== undefined && changedFields(current.draft, past).length === 0;
  return (
    <ConfirmDialog
      opened
      size="lg"
      title={words.revertTitle}
      confirm={words.revertConfirm}
      reason="optional"
      disabled={current === undefined || isSame || (losses !== undefined && !demote)}
      onClose={onClose}
      onConfirm={async (reason) => {
        try {
          await revertTargeting(where, {
            to: entry.seq,
            demote,
            // What was looked at is what is gone back from.
            etag: current?.etag ?? "*",
            ...(reason !== "" && { reason }),
          });
        } catch (error) {
          setLosses(demotions(error));
          await refreshFlag(client, where);
          throw error;
        }
        await refreshFlag(client, where);
        toastSaved(`revert/${where.flag}`, words.reverted);
      }}
    >
      <p className={classes.help}>{words.revertHelp(formatMoment(entry.at), entry.actor)}</p>
      {current === undefined && <Skeleton height={120} />}
      {current !== undefined && past === undefined && (
        <p className={classes.help}>{words.revertUnknown}</p>
      )}
      {isSame && <p className={classes.help}>{words.revertSame}</p>}
      {current !== undefined && past !== undefined && !isSame && (
        <Effect where={where} current={current} past={past} readAt={dataUpdatedAt} />
      )}
      {losses !== undefined && (
        <Checkbox
          mt="sm"
          label={flagText.save.consent}
          checked={demote}
          onChange={(event) => setDemote(event.currentTarget.checked)}
        />
      )}
    </ConfirmDialog>
  );
}

interface EffectProps {
  where: Where;
  current: VersionedDraft;
  past: VersionedDraft["draft"];
  readAt: number;
}

function Effect({ where, current, past, readAt }: EffectProps) {
  const asked = useFlipPreview(where, current.draft, past, { readAt, enabled: true });
  return (
    <div className={classes.effect}>
      <FieldDiff changes={differences(current.draft, past)} label={words.revertChanges} />
      <FlipPreview {...asked} project={where.project} dirty on={past.on} />
    </div>
  );
}
