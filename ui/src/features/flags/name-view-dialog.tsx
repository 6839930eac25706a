/** Gives the present view of the list a name. */
import "@/app/library-later.css";
import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { commonText } from "@/text/common";
import { flagsText } from "@/text/flags";

interface NameViewDialogProps {
  onName: (name: string) => void;
  onClose: () => void;
}

const words = flagsText.views;

export function NameViewDialog({ onName, onClose }: NameViewDialogProps) {
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") {
      onName(name.trim());
      onClose();
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.save}
      centered
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      <form onSubmit={submit}>
        <TextInput
          label={words.name}
          description={words.help}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={60}
          data-autofocus
        />
        <Button type="submit" mt="md" disabled={name.trim() === ""}>
          {words.keep}
        </Button>
      </form>
    </Modal>
  );
}
