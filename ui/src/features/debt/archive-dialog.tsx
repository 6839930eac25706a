/** Archives a flag, with the proof that it can go, or what still keeps it. */
import { Checkbox } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem } from "@/api/problem";
import { ConfirmDialog } from "@/design/confirm-dialog";
import { archiveFlag, type IndebtedFlag, refreshDebt } from "@/features/debt/debt";
import { toastSaved } from "@/features/flags/changed-toast";
import { refreshFlags } from "@/features/flags/flags";
import { debtText } from "@/text/debt";
import classes from "./dialogs.module.css";

interface ArchiveDialogProps {
  project: string;
  flag: IndebtedFlag;
  onClose: () => void;
}

const words = debtText.archive;

export function ArchiveDialog({ project, flag, onClose }: ArchiveDialogProps) {
  const client = useQueryClient();
  /** What the server wants to be told that it is meant. */
  const [refused, setRefused] = useState({ force: false, demote: false });
  const [meant, setMeant] = useState({ force: false, demote: false });
  const { removal } = flag;
  const blockers = removal?.blockers ?? [];
  return (
    <ConfirmDialog
      opened
      title={words.title(flag.key)}
      confirm={words.submit}
      danger
      reason={meant.force ? "required" : "optional"}
      onClose={onClose}
      onConfirm={async (reason) => {
        try {
          await archiveFlag(project, flag.key, { ...meant, ...(reason !== "" && { reason }) });
        } catch (error) {
          if (error instanceof ApiProblem) {
            setRefused(({ force, demote }) => ({
              force: force || error.code === "flag_in_use",
              demote: demote || error.code === "demotes",
            }));
          }
          throw error;
        }
        toastSaved(`debt/${flag.key}`, words.done(flag.key));
        void refreshDebt(client, project);
        void refreshFlags(client, project, [flag.key]);
      }}
    >
      <div className={classes.fields}>
        {removal?.keep != null && (
          <p className={classes.ready}>
            {debtText.details.ready(
              removal.keep === "on" ? debtText.details.on : debtText.details.off,
            )}
          </p>
        )}
        {blockers.length > 0 && (
          <div className={classes.blockers}>
            <strong>{debtText.details.keeps}</strong>
            <ul>
              {blockers.map((blocker) => (
                <li key={blocker}>{blocker}</li>
              ))}
            </ul>
          </div>
        )}
        <p>{words.text}</p>
        {refused.force && (
          <Checkbox
            label={words.force}
            checked={meant.force}
            onChange={(event) => setMeant({ ...meant, force: event.currentTarget.checked })}
          />
        )}
        {refused.demote && (
          <Checkbox
            label={words.demote}
            checked={meant.demote}
            onChange={(event) => setMeant({ ...meant, demote: event.currentTarget.checked })}
          />
        )}
      </div>
    </ConfirmDialog>
  );
}
