/** Another name for something whose key stays. */
import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Refusal } from "@/design/refusal";
import { commonText } from "@/text/common";
import { segmentsText } from "@/text/segments";
import classes from "./segments.module.css";

interface RenameDialogProps {
  name: string;
  onRename: (name: string) => Promise<void>;
  onClose: () => void;
}

export function RenameDialog({ name, onRename, onClose }: RenameDialogProps) {
  const [typed, setTyped] = useState(name);
  const rename = useMutation({ mutationFn: () => onRename(typed.trim()), onSuccess: onClose });
  return (
    <Modal
      opened
      onClose={onClose}
      title={segmentsText.page.rename}
      centered
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() !== "" && !rename.isPending) {
            rename.mutate();
          }
        }}
      >
        <TextInput
          label={segmentsText.form.name}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          maxLength={128}
          required
          data-autofocus
        />
        <Refusal error={rename.error} />
        <div className={classes.actions}>
          <Button variant="default" onClick={onClose}>
            {commonText.cancel}
          </Button>
          <Button type="submit" disabled={typed.trim() === ""} loading={rename.isPending}>
            {segmentsText.page.save}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
