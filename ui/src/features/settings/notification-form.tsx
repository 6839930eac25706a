/** Owners' addresses, where the rest goes, and the weekly digest. */
import { ActionIcon, Button, Switch, TagsInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem } from "@/api/problem";
import { CrossIcon, PlusIcon } from "@/design/icons";
import { Refusal } from "@/design/refusal";
import { toastSaved } from "@/features/flags/changed-toast";
import {
  linesOfOwners,
  type NotificationSettings,
  type OwnerLine,
  ownersOf,
  saveNotificationSettings,
} from "@/features/settings/settings";
import { settingsText } from "@/text/settings";
import classes from "./settings.module.css";

interface NotificationFormProps {
  project: string;
  settings: NotificationSettings;
  onSaved: () => Promise<unknown>;
}

interface Draft {
  lines: OwnerLine[];
  fallback: string[];
  digest: boolean;
  /** What the draft was made from, as text to compare with. */
  from: string;
}

const words = settingsText.notifications;

export function NotificationForm({ project, settings, onSaved }: NotificationFormProps) {
  const newest = JSON.stringify(settings);
  const [draft, setDraft] = useState<Draft>();
  const shown = draft ?? {
    lines: linesOfOwners(settings.owners),
    fallback: settings.fallback,
    digest: settings.digest,
    from: newest,
  };
  const save = useMutation({
    mutationFn: () =>
      saveNotificationSettings(project, {
        owners: ownersOf(shown.lines),
        fallback: shown.fallback,
        digest: shown.digest,
      }),
    onSuccess: async () => {
      toastSaved("notifications", words.saved);
      await onSaved();
      setDraft(undefined);
    },
  });
  const change = (part: Partial<Draft>) => {
    save.reset();
    setDraft({ ...shown, ...part });
  };
  const said = (start: string) =>
    save.error instanceof ApiProblem
      ? save.error.problems.find(({ path }) => path.startsWith(start))?.message
      : undefined;
  const names = shown.lines.map(({ owner }) => owner.trim());
  const faultOf = (index: number) => {
    const name = names[index] ?? "";
    if (name === "") {
      return (shown.lines[index]?.addresses.length ?? 0) > 0 ? words.needsOwner : undefined;
    }
    return names.indexOf(name) < index ? words.twice : said(`owners.${name}`);
  };
  const invalid = shown.lines.some((_, index) => {
    const fault = faultOf(index);
    return fault === words.needsOwner || fault === words.twice;
  });
  const line = (index: number, part: Partial<OwnerLine>) =>
    change({ lines: shown.lines.map((it, at) => (at === index ? { ...it, ...part } : it)) });

  return (
    <form
      className={`${classes.section} ${classes.wide ?? ""}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (!invalid && !save.isPending) {
          save.mutate();
        }
      }}
    >
      <div className={classes.dialog}>
        {draft !== undefined && !save.isPending && draft.from !== newest && (
          <div className={classes.other} role="alert">
            <span>{words.changedMeanwhile}</span>
            <Button size="compact-sm" variant="default" onClick={() => setDraft(undefined)}>
              {words.showTheirs}
            </Button>
          </div>
        )}
        <section aria-label={words.owners}>
          <h2>{words.owners}</h2>
          <p className={classes.help} style={{ marginBottom: "0.75rem" }}>
            {words.ownersHelp}
          </p>
          {shown.lines.map(({ owner, addresses }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing else of its own
            <div key={index} className={classes.owner}>
              <TextInput
                aria-label={words.owner}
                placeholder={words.owner}
                value={owner}
                onChange={(event) => line(index, { owner: event.currentTarget.value })}
              />
              <TagsInput
                className={classes.addresses}
                aria-label={words.addresses}
                placeholder={addresses.length === 0 ? words.addresses : ""}
                value={addresses}
                onChange={(next) => line(index, { addresses: next })}
                acceptValueOnBlur
                maxTags={20}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size={34}
                aria-label={words.removeOwner(owner)}
                onClick={() => change({ lines: shown.lines.toSpliced(index, 1) })}
              >
                <CrossIcon size={14} />
              </ActionIcon>
              {faultOf(index) !== undefined && (
                <p className={classes.error} role="alert">
                  {faultOf(index)}
                </p>
              )}
            </div>
          ))}
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<PlusIcon size={14} />}
            onClick={() => change({ lines: [...shown.lines, { owner: "", addresses: [] }] })}
          >
            {words.addOwner}
          </Button>
        </section>
        <TagsInput
          label={words.fallback}
          description={words.fallbackHelp}
          value={shown.fallback}
          onChange={(fallback) => change({ fallback })}
          error={said("fallback")}
          acceptValueOnBlur
          maxTags={20}
        />
        <Switch
          label={words.digest}
          checked={shown.digest}
          onChange={(event) => change({ digest: event.currentTarget.checked })}
        />
        <Refusal
          error={save.error}
          shownElsewhere={(path) => path.startsWith("owners.") || path.startsWith("fallback")}
        />
        <div>
          <Button type="submit" disabled={draft === undefined || invalid} loading={save.isPending}>
            {settingsText.save}
          </Button>
        </div>
      </div>
    </form>
  );
}
