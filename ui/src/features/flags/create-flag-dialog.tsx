/** Makes a flag. What it does to whom is set later, per environment: it starts off everywhere. */
import "@/app/library-later.css";
import {
  Button,
  Modal,
  Radio,
  TagsInput,
  Textarea,
  TextInput,
  UnstyledButton,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiProblem, hasStatus, Unreachable } from "@/api/problem";
import { toastSaved } from "@/features/flags/changed-toast";
import { dayFromNow } from "@/features/flags/expiry";
import { createFlag, refreshLists } from "@/features/flags/flags";
import {
  EMPTY_FLAG,
  fieldOf,
  keyFrom,
  type NewFlag,
  requestOf,
  TEMPORARY,
  validateFlag,
} from "@/features/flags/new-flag";
import { commonText } from "@/text/common";
import { flagsText, kinds } from "@/text/flags";
import classes from "./create-flag-dialog.module.css";

interface CreateFlagDialogProps {
  project: string;
  onClose: () => void;
  now: Date;
  /** A key that programs ask for already. */
  initialKey?: string;
}

const words = flagsText.createFlag;
const EXPIRY_DAYS = [30, 90, 180];

export function CreateFlagDialog({ onClose, ...props }: CreateFlagDialogProps) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.title}
      size={620}
      classNames={{ title: classes.title, body: classes.body }}
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      <CreateFlagForm {...props} onClose={onClose} />
    </Modal>
  );
}

function CreateFlagForm({ project, onClose, now, initialKey = "" }: CreateFlagDialogProps) {
  const client = useQueryClient();
  const today = dayFromNow(0, now);
  const form = useForm<NewFlag>({
    initialValues: { ...EMPTY_FLAG, key: initialKey, expiresOn: dayFromNow(90, now) },
    validate: (flag) => validateFlag(flag, today),
  });
  const create = useMutation({
    mutationFn: (flag: NewFlag) => createFlag(project, requestOf(flag)),
    onSuccess: async ({ key }) => {
      onClose();
      toastSaved(`created/${key}`, words.done(key));
      await refreshLists(client, project);
    },
    onError: (error) => form.setErrors(errorsOf(error)),
  });
  const { kind, key, name, expiresOn } = form.values;
  const temporary = TEMPORARY.has(kind);

  return (
    <form
      className={classes.form}
      onSubmit={form.onSubmit((flag) => create.mutate(flag))}
      noValidate
    >
      <div className={classes.pair}>
        <TextInput
          {...form.getInputProps("name")}
          label={words.name}
          description={words.nameHelp}
          placeholder={words.namePlaceholder}
          onChange={(event) => {
            const value = event.currentTarget.value;
            // The key follows the name until it is given one of its own.
            if (key === keyFrom(name)) {
              form.setFieldValue("key", keyFrom(value));
            }
            form.setFieldValue("name", value);
          }}
          maxLength={128}
          data-autofocus
        />
        <TextInput
          {...form.getInputProps("key")}
          label={words.key}
          description={words.keyHelp}
          classNames={{ input: classes.key }}
          required
          maxLength={128}
          spellCheck={false}
          autoCapitalize="none"
        />
      </div>
      <Textarea
        {...form.getInputProps("description")}
        label={words.description}
        placeholder={words.descriptionPlaceholder}
        autosize
        minRows={2}
        maxRows={6}
      />
      <Radio.Group {...form.getInputProps("kind")} label={words.kind}>
        <div className={classes.kinds}>
          {Object.entries(kinds).map(([value, { label, explain }]) => (
            <Radio.Card key={value} value={value} className={classes.kind}>
              <Radio.Indicator size="xs" />
              <span>
                <strong>{label}</strong>
                <span>{explain}</span>
              </span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      <div className={classes.pair}>
        <TextInput
          {...form.getInputProps("owner")}
          label={words.owner}
          description={words.ownerHelp}
        />
        <TagsInput
          {...form.getInputProps("tags")}
          label={words.tags}
          description={words.tagsPlaceholder}
          clearable
        />
      </div>
      <div>
        <TextInput
          {...form.getInputProps("expiresOn")}
          label={words.expires}
          description={words.expiresHelp}
          type="date"
          min={today}
          required={temporary}
        />
        <div className={classes.days}>
          {EXPIRY_DAYS.map((days) => (
            <Preset
              key={days}
              pressed={expiresOn === dayFromNow(days, now)}
              onClick={() => form.setFieldValue("expiresOn", dayFromNow(days, now))}
            >
              {words.inDays(days)}
            </Preset>
          ))}
          {!temporary && (
            <Preset pressed={expiresOn === ""} onClick={() => form.setFieldValue("expiresOn", "")}>
              {words.never}
            </Preset>
          )}
          <span className={classes.day}>{expiresOn !== "" && words.on(expiresOn)}</span>
        </div>
      </div>
      {form.errors.form !== undefined && (
        <p className={classes.error} role="alert">
          {form.errors.form}
        </p>
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          {commonText.cancel}
        </Button>
        <Button type="submit" loading={create.isPending}>
          {words.submit}
        </Button>
      </div>
    </form>
  );
}

interface PresetProps {
  pressed: boolean;
  onClick: () => void;
  children: string;
}

function Preset({ pressed, onClick, children }: PresetProps) {
  return (
    <UnstyledButton
      type="button"
      className={classes.preset}
      aria-pressed={pressed}
      onClick={onClick}
    >
      {children}
    </UnstyledButton>
  );
}

/** The server's words go to the field that they are about, else below the form. */
function errorsOf(error: Error): Record<string, string> {
  if (error instanceof Unreachable) {
    return { form: words.failed(flagsText.change.unreachable) };
  }
  if (hasStatus(error, 403)) {
    return { form: words.failed(flagsText.change.forbidden) };
  }
  if (!(error instanceof ApiProblem)) {
    return { form: words.failed(error.message) };
  }
  if (error.code === "already_exists") {
    return { key: words.takenKey };
  }
  const named = error.problems.map(({ path, message }) => [fieldOf(path) ?? "form", message]);
  return named.length > 0 ? Object.fromEntries(named) : { form: words.failed(error.detail) };
}
