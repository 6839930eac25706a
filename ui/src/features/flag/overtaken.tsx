/** Tells somebody who is editing that somebody else has saved meanwhile, and how to go on. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { FieldDiff } from "@/design/field-diff";
import { WarningIcon } from "@/design/icons";
import { differences, rebase } from "@/features/flag/draft";
import { newestChangeQuery } from "@/features/flag/evidence";
import type { VersionedDraft, Where } from "@/features/flag/flag";
import type { DraftState } from "@/features/flag/use-draft";
import { fieldNames, flagText } from "@/text/flag";
import classes from "./overtaken.module.css";

interface OvertakenProps {
  where: Where;
  state: DraftState;
  newer: VersionedDraft;
}

const words = flagText.overtaken;

export function Overtaken({ where, state, newer }: OvertakenProps) {
  const { base, draft, keep, take } = state;
  const { data: entry } = useQuery(newestChangeQuery(where, newer.etag));
  const { conflicts } = rebase(base.draft, draft, newer.draft);
  return (
    <section className={classes.banner} role="alert">
      <span className={classes.icon}>
        <WarningIcon />
      </span>
      <div className={classes.what}>
        <strong>{words.title(entry?.actor ?? words.somebody)}</strong>
        <p>
          {entry?.reason != null && `“${entry.reason}” `}
          {words.help}
          {conflicts.length > 0 &&
            ` ${words.conflicts(conflicts.map((it) => fieldNames[it] ?? it).join(", "))}`}
        </p>
        <FieldDiff label={words.theirs} changes={differences(base.draft, newer.draft)} />
      </div>
      <div className={classes.actions}>
        <Button size="xs" onClick={keep}>
          {words.keep}
        </Button>
        <Button size="xs" variant="default" onClick={take}>
          {words.take}
        </Button>
      </div>
    </section>
  );
}
