/**
 * Writes a plan, with who would come in beside it.
 *
 * Invariants: the server judges the plan as it is written, and what it says stands at the field it
 * is about; a plan that somebody else has changed meanwhile is not overwritten. Decisions of the
 * plan under way are no such change: they leave what is written here as it was.
 */
import { Button } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDebouncedValue } from "@mantine/hooks";
import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { ApiProblem, hasStatus } from "@/api/problem";
import { ConfirmDialog, whyNot } from "@/design/confirm-dialog";
import { draftOf, fieldOf, type PlanDraft, planOf } from "@/features/plan/draft";
import { GuardFields } from "@/features/plan/guard-fields";
import {
  isUnderWay,
  type Plan,
  type PlanPath,
  planKey,
  planQuery,
  previewQuery,
  type SeenPlan,
  type Stage,
  savePlan,
} from "@/features/plan/plan";
import { PlanPreview } from "@/features/plan/plan-preview";
import { ScheduleFields } from "@/features/plan/schedule-fields";
import { StageFields } from "@/features/plan/stage-fields";
import { commonText } from "@/text/common";
import { planText } from "@/text/plan";
import classes from "./editor.module.css";

interface PlanEditorProps {
  path: PlanPath;
  /** What to begin with. */
  initial: Plan;
  /** The plan as it is now; `null` if there is none. */
  seen: SeenPlan | null;
  onDone: (message: string) => void;
  onDiscard: () => void;
}

const words = planText.editor;
/** As long as keys follow each other, nothing is asked. */
const PAUSE_MS = 250;

export function PlanEditor({ path, initial, seen, onDone, onDiscard }: PlanEditorProps) {
  const client = useQueryClient();
  /** What the plan was when writing began. */
  const base = useRef(seen?.view.plan);
  const form = useForm<PlanDraft>({
    initialValues: draftOf(initial),
    validateInputOnChange: false,
  });
  const active = seen !== null && isUnderWay(seen.view.status);
  const entered = active && seen.view.stage != null ? seen.view.stage + 1 : 0;
  const fixed = seen?.view.plan.stages.slice(0, entered) ?? [];
  const overtaken = !isSame(base.current, seen?.view.plan);

  const [settled] = useDebouncedValue(form.values, PAUSE_MS);
  const written = withEntered(planOf(settled), fixed);
  const preview = useQuery(previewQuery(path, written.plan));
  const { setErrors } = form;
  const problems = errorsOf(preview.error, settled);
  const errors = JSON.stringify({ ...problems.fields, ...written.errors });
  useEffect(() => setErrors(JSON.parse(errors)), [errors, setErrors]);

  const leaves = useRef(false);
  const save = useMutation({
    mutationFn: (plan: Plan) => saveOver(client, path, plan, base.current, seen),
    onSuccess: (saved) => {
      leaves.current = true;
      client.setQueryData(planKey(path), saved);
      onDone(active ? words.savedRunning : words.saved);
    },
    onError: (error) => {
      if (hasStatus(error, 412)) {
        void client.invalidateQueries({ queryKey: planKey(path) });
      }
      const { fields } = errorsOf(error, form.values);
      setErrors(fields);
    },
  });
  const blocker = useBlocker({
    shouldBlockFn: () => form.isDirty() && !leaves.current,
    enableBeforeUnload: () => form.isDirty() && !leaves.current,
    withResolver: true,
  });
  const discard = () => {
    leaves.current = true;
    onDiscard();
  };

  const submit = () => {
    const { plan, errors: wrong } = withEntered(planOf(form.values), fixed);
    if (plan === undefined) {
      setErrors(wrong);
    } else if (!overtaken) {
      save.mutate(plan);
    }
  };
  const count = Object.keys(form.errors).length;
  const failed = save.isError && errorsOf(save.error, form.values).rest;

  return (
    <div className={classes.editor}>
      <form
        className={classes.form}
        noValidate
        aria-label={seen === null ? words.newTitle : words.title}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {overtaken ? (
          <div className={classes.notice} data-warning role="alert">
            <span>{words.overtaken}</span>
            <Button variant="default" size="compact-sm" onClick={discard}>
              {words.showTheirs}
            </Button>
          </div>
        ) : (
          active && <p className={classes.notice}>{words.running}</p>
        )}
        <StageFields form={form} project={path.project} fixed={fixed} />
        <ScheduleFields form={form} />
        <GuardFields form={form} />
        <div className={classes.actions}>
          {(count > 0 || failed) && (
            <p className={classes.problems} role="alert">
              {count > 0
                ? (form.errors.plan ?? words.problems(count))
                : words.notSaved(failed || "")}
            </p>
          )}
          <Button variant="default" onClick={onDiscard}>
            {words.discard}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={overtaken}>
            {words.save}
          </Button>
        </div>
      </form>
      <aside className={classes.side}>
        <PlanPreview query={preview} wrong={written.plan === undefined} />
      </aside>
      <ConfirmDialog
        opened={blocker.status === "blocked"}
        title={words.discardTitle}
        confirm={words.discard}
        danger
        onConfirm={async () => blocker.proceed?.()}
        onClose={() => blocker.reset?.()}
      >
        {words.discardText}
      </ConfirmDialog>
      <span className="visually-hidden" role="status">
        {save.isPending && commonText.saving}
      </span>
    </div>
  );
}

/** Stages that were entered while this was written keep what they had. */
function withEntered(written: ReturnType<typeof planOf>, fixed: readonly Stage[]) {
  const { plan } = written;
  return plan === undefined
    ? written
    : {
        ...written,
        plan: {
          ...plan,
          stages: plan.stages.map((stage, index) => {
            const kept = fixed[index];
            return kept === undefined
              ? stage
              : { ...stage, name: kept.name, audience: kept.audience };
          }),
        },
      };
}

/** So often a plan may decide something just while it is saved. */
const MOST_TRIES = 5;

/** Saves over the plan that writing began with, however far that has come meanwhile. */
async function saveOver(
  client: QueryClient,
  path: PlanPath,
  plan: Plan,
  base: Plan | undefined,
  seen: SeenPlan | null,
): Promise<SeenPlan> {
  const newest = () => client.fetchQuery({ ...planQuery(path), staleTime: 0 });
  if (seen === null && (await newest()) !== null) {
    // The first plan has no version to name, so it is looked first whether somebody else made one.
    throw new Error(words.overtaken);
  }
  let version = seen?.etag ?? "*";
  for (let tries = 1; ; tries += 1) {
    try {
      return await savePlan(path, plan, version);
    } catch (error) {
      if (!hasStatus(error, 412) || tries === MOST_TRIES) {
        throw error;
      }
      const present = await newest();
      if (present === null || !isSame(base, present.view.plan)) {
        throw error;
      }
      version = present.etag;
    }
  }
}

/** What the server says at the fields, and in one sentence what belongs to none. */
function errorsOf(error: Error | null, draft: PlanDraft) {
  const fields: Record<string, string> = {};
  if (!(error instanceof ApiProblem) || error.problems.length === 0) {
    return { fields, rest: error === null ? undefined : whyNot(error) };
  }
  for (const { path, message } of error.problems) {
    const field = fieldOf(path, draft) ?? "plan";
    fields[field] = fields[field] === undefined ? message : `${fields[field]}; ${message}`;
  }
  return { fields, rest: undefined };
}

function isSame(a: Plan | undefined, b: Plan | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
