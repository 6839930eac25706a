/** The last look before a save: the diff, whom it reaches, and why. */
import { Button, Checkbox, Modal, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { whyNot } from "@/design/confirm-dialog";
import { type FieldChange, FieldDiff } from "@/design/field-diff";
import { demotions, type Preview } from "@/features/flag/flag";
import { FlipCounts } from "@/features/flag/flip-preview";
import { commonText } from "@/text/common";
import { flagText } from "@/text/flag";
import classes from "./save-dialog.module.css";

interface SaveDialogProps {
  environment: string;
  changes: readonly FieldChange[];
  preview: Preview | undefined;
  error: Error | null;
  saving: boolean;
  onSave: (reason: string, demote: boolean) => void;
  onClose: () => void;
}

const words = flagText.save;

export function SaveDialog(props: SaveDialogProps) {
  const { environment, changes, preview, error, saving, onSave, onClose } = props;
  const [reason, setReason] = useState("");
  const [consents, setConsents] = useState(false);
  const losses = demotions(error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!saving && (losses === undefined || consents)) {
      onSave(reason.trim(), consents);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.title}
      size="lg"
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      <form className={classes.form} onSubmit={submit}>
        <p className={classes.where}>
          {words.inEnvironment(environment)} <FlipCounts preview={preview} />
        </p>
        <div className={classes.diff}>
          <FieldDiff changes={changes} />
        </div>
        {losses !== undefined && (
          <div className={classes.losses} role="alert">
            <strong>{words.demotes}</strong>
            <p>{words.demotesHelp}</p>
            <ul>
              {losses.map((loss) => (
                <li key={loss}>{loss}</li>
              ))}
            </ul>
            <Checkbox
              label={words.consent}
              checked={consents}
              onChange={(event) => setConsents(event.currentTarget.checked)}
            />
          </div>
        )}
        {error !== null && losses === undefined && (
          <p className={classes.error} role="alert">
            {whyNot(error)}
          </p>
        )}
        <Textarea
          label={words.comment}
          description={words.commentHelp}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          autosize
          minRows={2}
          maxLength={500}
          data-autofocus
        />
        <div className={classes.actions}>
          <Button variant="default" onClick={onClose}>
            {commonText.cancel}
          </Button>
          <Button
            type="submit"
            loading={saving}
            disabled={losses !== undefined && !consents}
            {...(losses !== undefined && { color: "red" })}
          >
            {words.submit}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
