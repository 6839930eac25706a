/** Puts a flag's expiry off, which needs a reason and is counted. */
import { TextInput, UnstyledButton } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDialog } from "@/design/confirm-dialog";
import { extendFlag, type IndebtedFlag, refreshDebt } from "@/features/debt/debt";
import { toastSaved } from "@/features/flags/changed-toast";
import { dayFromNow } from "@/features/flags/expiry";
import { refreshFlags } from "@/features/flags/flags";
import { debtText } from "@/text/debt";
import classes from "./dialogs.module.css";

interface ExtendDialogProps {
  project: string;
  flag: IndebtedFlag;
  /** How often the policy allows it. */
  most: number;
  onClose: () => void;
}

const words = debtText.extend;
const DAYS = [14, 30, 90];

export function ExtendDialog({ project, flag, most, onClose }: ExtendDialogProps) {
  const client = useQueryClient();
  const [now] = useState(() => new Date());
  const [date, setDate] = useState(() => dayFromNow(30, now));
  // Days of one form compare as texts do.
  const tooEarly = date < dayFromNow(0, now) || date <= (flag.expires_on ?? "");
  return (
    <ConfirmDialog
      opened
      title={words.title(flag.key)}
      confirm={words.submit}
      reason="required"
      disabled={date === "" || tooEarly}
      onClose={onClose}
      onConfirm={async (reason) => {
        await extendFlag(project, flag.key, { expires_on: date, reason });
        toastSaved(`debt/${flag.key}`, words.done(flag.key, date));
        void refreshDebt(client, project);
        void refreshFlags(client, project, [flag.key]);
      }}
    >
      <div className={classes.fields}>
        <p>{words.text(flag.extensions ?? 0, most)}</p>
        <TextInput
          type="date"
          label={words.until}
          value={date}
          error={date !== "" && tooEarly && words.tooEarly(flag.expires_on ?? "")}
          onChange={(event) => setDate(event.currentTarget.value)}
          required
        />
        <div className={classes.days}>
          {DAYS.map((days) => (
            <UnstyledButton
              key={days}
              type="button"
              className={classes.day}
              aria-pressed={date === dayFromNow(days, now)}
              onClick={() => setDate(dayFromNow(days, now))}
            >
              {words.inDays(days)}
            </UnstyledButton>
          ))}
          <span>{date !== "" && !tooEarly && words.day(date)}</span>
        </div>
      </div>
    </ConfirmDialog>
  );
}
