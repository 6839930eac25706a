/** Gives a token a new secret while the old one works on for a while. */
import { Button, Modal, Select } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Refusal } from "@/design/refusal";
import { type NewToken, rotateToken, type Token } from "@/features/settings/settings";
import { commonText } from "@/text/common";
import { settingsText } from "@/text/settings";
import classes from "./settings.module.css";

interface RotateDialogProps {
  project: string;
  token: Token;
  onClose: () => void;
  onRotated: (token: NewToken) => void;
}

const words = settingsText.tokens;
const USUAL = "86400";

export function RotateDialog({ project, token, onClose, onRotated }: RotateDialogProps) {
  const [overlap, setOverlap] = useState<string>(USUAL);
  const rotate = useMutation({
    mutationFn: () => rotateToken(project, token.id, Number(overlap)),
    onSuccess: onRotated,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      centered
      title={words.rotateTitle(token.name)}
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          if (!rotate.isPending) {
            rotate.mutate();
          }
        }}
      >
        <span>{words.rotateText}</span>
        <Select
          label={words.overlapLabel}
          data={Object.entries(words.overlaps)
            .map(([value, label]) => ({ value, label }))
            .toSorted((a, b) => Number(a.value) - Number(b.value))}
          value={overlap}
          onChange={(next) => setOverlap(next ?? USUAL)}
          allowDeselect={false}
        />
        <Refusal error={rotate.error} />
        <div className={classes.actions}>
          <Button variant="default" onClick={onClose}>
            {commonText.cancel}
          </Button>
          <Button type="submit" loading={rotate.isPending} data-autofocus>
            {words.rotateConfirm}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
