/**
 * A segment's conditions, and the editor of them. Invariant: a draft is never overwritten by what
 * others save; the reader is told, and decides.
 */
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem } from "@/api/problem";
import { Refusal } from "@/design/refusal";
import { ConditionEditor } from "@/features/conditions/condition-editor";
import { type Condition, EMPTY_CONDITION, isComplete } from "@/features/conditions/operators";
import { toastSaved } from "@/features/flags/changed-toast";
import { ConditionsPreview } from "@/features/segments/conditions-preview";
import { type Segment, updateSegment } from "@/features/segments/segments";
import { useKnownAttributes } from "@/features/segments/use-known-attributes";
import { segmentsText } from "@/text/segments";
import classes from "./segment-page.module.css";

interface SegmentConditionsProps {
  project: string;
  segment: Segment;
  /** Begins a draft for a segment of listed tenants. */
  begun: boolean;
  onSaved: () => Promise<unknown>;
  onEnd: () => void;
}

interface Draft {
  conditions: Condition[];
  /** What the draft was made from, as text to compare with. */
  from: string;
}

const words = segmentsText.page;

export function SegmentConditions({
  project,
  segment,
  begun,
  onSaved,
  onEnd,
}: SegmentConditionsProps) {
  const attributes = useKnownAttributes(project);
  const [draft, setDraft] = useState<Draft>();
  const saved = segment.conditions ?? [];
  const newest = JSON.stringify(segment.conditions ?? null);
  const save = useMutation({
    mutationFn: ({ conditions, demote }: { conditions: Condition[]; demote: boolean }) =>
      updateSegment(project, segment.key, { conditions }, demote),
    onSuccess: async ({ size }) => {
      toastSaved(`segment/${segment.key}`, words.saved(size));
      await onSaved();
      setDraft(undefined);
      onEnd();
    },
  });
  const begin = (conditions: Condition[]) => {
    save.reset();
    setDraft({ conditions, from: draft?.from ?? newest });
  };
  const end = () => {
    save.reset();
    setDraft(undefined);
    onEnd();
  };
  if (begun && draft === undefined && !save.isSuccess) {
    setDraft({ conditions: [EMPTY_CONDITION], from: newest });
  }

  // A list of tenants has none, until somebody begins to write some.
  if (segment.conditions == null && draft === undefined) {
    return null;
  }
  const shown = draft?.conditions ?? saved;
  const others = draft !== undefined && !save.isPending && draft.from !== newest;
  const problems = save.error instanceof ApiProblem ? save.error.problems : [];
  const complete = shown.length > 0 && shown.every(isComplete);
  return (
    <section className={classes.section} aria-label={words.conditions}>
      <h2>{words.conditions}</h2>
      {others && (
        <div className={classes.other} role="alert">
          <span>{words.changedMeanwhile}</span>
          <Button size="compact-sm" variant="default" onClick={end}>
            {words.showTheirs}
          </Button>
        </div>
      )}
      <ConditionEditor
        conditions={shown}
        onChange={begin}
        attributes={attributes}
        problemOf={(index) =>
          problems.find(({ path }) => path.startsWith(`conditions[${index}]`))?.message
        }
      />
      {draft !== undefined && (
        <ConditionsPreview project={project} conditions={shown} segment={segment.key} />
      )}
      <Refusal
        error={save.error}
        shownElsewhere={(path) => /^conditions\[\d/.test(path)}
        onDemote={() => draft && save.mutate({ conditions: draft.conditions, demote: true })}
      />
      <div className={classes.bar}>
        {draft !== undefined && (
          <>
            <Button
              disabled={!complete}
              loading={save.isPending}
              onClick={() => save.mutate({ conditions: draft.conditions, demote: false })}
            >
              {words.save}
            </Button>
            <Button variant="default" onClick={end}>
              {words.discard}
            </Button>
          </>
        )}
        {draft === undefined && <span>{words.conditionsHelp}</span>}
        {draft !== undefined && segment.conditions == null && <span>{words.toConditionsHelp}</span>}
      </div>
    </section>
  );
}
