/** What people say about a flag: name, description, kind, owner, tags. */
import { Button, Modal, Select, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { hasStatus } from "@/api/problem";
import { whyNot } from "@/design/confirm-dialog";
import { refreshFlag, updateFlag, type VersionedFlag, type Where } from "@/features/flag/flag";
import { commonText } from "@/text/common";
import { flagText } from "@/text/flag";
import { flagsText, kinds } from "@/text/flags";
import classes from "./save-dialog.module.css";

interface DetailsDialogProps {
  where: Where;
  /** As it was when the dialog was opened: a later version is not overwritten. */
  opened: VersionedFlag;
  onClose: () => void;
}

const words = flagText.details;
const fields = flagsText.createFlag;

export function DetailsDialog({ where, opened, onClose }: DetailsDialogProps) {
  const client = useQueryClient();
  const { flag, etag } = opened;
  const form = useForm({
    initialValues: {
      name: flag.name,
      description: flag.description,
      kind: flag.kind,
      owner: flag.owner ?? "",
      tags: [...flag.tags],
    },
  });
  const save = useMutation({
    mutationFn: async ({ owner, ...values }: typeof form.values) =>
      updateFlag(where, { ...values, owner: owner.trim() === "" ? null : owner.trim() }, etag),
    onSuccess: async () => {
      await refreshFlag(client, where);
      onClose();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.title}
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      <form className={classes.form} onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <TextInput
          label={fields.name}
          required
          maxLength={256}
          {...form.getInputProps("name")}
          data-autofocus
        />
        <Textarea
          label={fields.description}
          autosize
          minRows={2}
          maxLength={4096}
          {...form.getInputProps("description")}
        />
        <Select
          label={fields.kind}
          data={Object.entries(kinds).map(([value, { label }]) => ({ value, label }))}
          allowDeselect={false}
          {...form.getInputProps("kind")}
        />
        <TextInput label={fields.owner} maxLength={256} {...form.getInputProps("owner")} />
        <TagsInput
          label={fields.tags}
          placeholder={fields.tagsPlaceholder}
          {...form.getInputProps("tags")}
        />
        {save.isError && (
          <p className={classes.error} role="alert">
            {hasStatus(save.error, 412) ? words.conflict : whyNot(save.error)}
          </p>
        )}
        <div className={classes.actions}>
          <Button variant="default" onClick={onClose}>
            {commonText.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {words.save}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
