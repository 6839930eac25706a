/** The stages of a plan that is being written. */
import {
  ActionIcon,
  Button,
  Checkbox,
  NumberInput,
  Select,
  TagsInput,
  TextInput,
} from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { ArrowDownIcon, ArrowUpIcon, LockIcon, PlusIcon, TrashIcon } from "@/design/icons";
import { audienceWords } from "@/features/plan/audience";
import {
  AUDIENCES,
  BAKE_UNITS,
  newStage,
  type PlanDraft,
  type StageDraft,
} from "@/features/plan/draft";
import { type Stage, segmentKeysQuery } from "@/features/plan/plan";
import { planText } from "@/text/plan";
import classes from "./editor.module.css";

interface StageFieldsProps {
  form: UseFormReturnType<PlanDraft>;
  project: string;
  /** The stages that have been entered, whose names and audiences stay. */
  fixed: readonly Stage[];
}

const words = planText.editor;
/** What a new stage offers: the next of these that is more than those before. */
const STEPS = [1, 5, 10, 25, 50, 100];

export function StageFields({ form, project, fixed }: StageFieldsProps) {
  const { data: segments = [] } = useQuery(segmentKeysQuery(project));
  const { stages } = form.values;
  const entered = fixed.length;
  const list = useRef<HTMLOListElement>(null);
  /** The stage whose name is to be focused once it is there. */
  const wanted = useRef<string>(undefined);
  useEffect(() => {
    if (wanted.current !== undefined) {
      list.current
        ?.querySelector<HTMLInputElement>(`[data-stage="${wanted.current}"] input`)
        ?.focus();
      wanted.current = undefined;
    }
  });

  const add = () => {
    const most = Math.max(0, ...stages.map(({ percent }) => Number(percent) || 0));
    const percent = STEPS.find((it) => it > most) ?? 100;
    const stage = newStage(words.newStage(percent), percent);
    wanted.current = stage.key;
    form.insertListItem("stages", stage);
  };
  const remove = (index: number) => {
    wanted.current = (stages[index + 1] ?? stages[index - 1])?.key;
    form.removeListItem("stages", index);
  };

  return (
    <section className={classes.section}>
      <h2 className={classes.heading}>{words.stages}</h2>
      <ol className={classes.stages} ref={list}>
        {stages.map((stage, index) => (
          <li
            key={stage.key}
            className={classes.stage}
            data-stage={stage.key}
            data-fixed={index < entered || undefined}
          >
            <span className={classes.number} aria-hidden="true">
              {index + 1}
            </span>
            <fieldset className={classes.fields} aria-label={words.stage(index + 1)}>
              {index < entered ? (
                <Entered stage={fixed[index]} />
              ) : (
                <div className={classes.first}>
                  <TextInput label={words.name} {...form.getInputProps(`stages.${index}.name`)} />
                  <Who form={form} index={index} stage={stage} segments={segments} />
                  <div className={classes.tools}>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={words.moveUp(stage.name)}
                      disabled={index <= entered}
                      onClick={() => form.reorderListItem("stages", { from: index, to: index - 1 })}
                    >
                      <ArrowUpIcon />
                    </ActionIcon>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={words.moveDown(stage.name)}
                      disabled={index === stages.length - 1}
                      onClick={() => form.reorderListItem("stages", { from: index, to: index + 1 })}
                    >
                      <ArrowDownIcon />
                    </ActionIcon>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={words.removeStage(stage.name)}
                      disabled={stages.length === 1}
                      onClick={() => remove(index)}
                    >
                      <TrashIcon />
                    </ActionIcon>
                  </div>
                </div>
              )}
              {isDrawn(stage) && index >= entered && (
                <Limits form={form} index={index} segments={segments} />
              )}
              <Time form={form} index={index} />
            </fieldset>
          </li>
        ))}
      </ol>
      <Button
        className={classes.add}
        variant="default"
        leftSection={<PlusIcon size={14} />}
        onClick={add}
      >
        {words.addStage}
      </Button>
    </section>
  );
}

/** What stays is told, not shown in fields that cannot be used. */
function Entered({ stage }: { stage: Stage | undefined }) {
  return (
    stage !== undefined && (
      <div className={classes.fixed}>
        <strong>{stage.name}</strong>
        <span>{audienceWords(stage.audience)}</span>
        <p className={classes.locked}>
          <LockIcon size={13} /> {words.entered}
        </p>
      </div>
    )
  );
}

interface OneProps {
  form: UseFormReturnType<PlanDraft>;
  index: number;
}

interface WhoProps extends OneProps {
  stage: StageDraft;
  segments: string[];
}

function Who({ form, index, stage, segments }: WhoProps) {
  return (
    <>
      <Select
        label={words.audience}
        data={AUDIENCES.map((value) => ({ value, label: planText.audiences[value].label }))}
        {...form.getInputProps(`stages.${index}.kind`)}
        allowDeselect={false}
      />
      {stage.kind === "segments" && (
        <TagsInput
          className={classes.wide}
          label={words.segments}
          data={segments}
          {...form.getInputProps(`stages.${index}.segments`)}
        />
      )}
      {stage.kind === "tenants" && (
        <NumberInput
          label={words.tenants}
          {...form.getInputProps(`stages.${index}.tenants`)}
          min={1}
          clampBehavior="none"
          allowDecimal={false}
          allowNegative={false}
        />
      )}
      {stage.kind !== "segments" && stage.kind !== "tenants" && (
        <NumberInput
          label={words.percent}
          {...form.getInputProps(`stages.${index}.percent`)}
          min={0}
          max={100}
          clampBehavior="none"
          decimalScale={3}
          allowNegative={false}
          suffix=" %"
        />
      )}
    </>
  );
}

function Limits({ form, index, segments }: OneProps & { segments: string[] }) {
  return (
    <div className={classes.limits}>
      <TagsInput
        label={words.never}
        data={segments}
        {...form.getInputProps(`stages.${index}.never`)}
      />
      <NumberInput
        label={words.mostRequests}
        {...form.getInputProps(`stages.${index}.mostRequests`)}
        min={0}
        max={100}
        clampBehavior="none"
        decimalScale={3}
        allowNegative={false}
        suffix=" %"
      />
      <Checkbox
        className={classes.beside}
        label={words.smallFirst}
        {...form.getInputProps(`stages.${index}.smallFirst`, { type: "checkbox" })}
      />
    </div>
  );
}

function Time({ form, index }: OneProps) {
  return (
    <div className={classes.time}>
      <NumberInput
        label={words.bake}
        {...form.getInputProps(`stages.${index}.bake`)}
        min={0}
        clampBehavior="none"
        allowNegative={false}
      />
      <Select
        label={words.bakeUnit}
        data={BAKE_UNITS.map((value) => ({ value, label: words.units[value] }))}
        {...form.getInputProps(`stages.${index}.bakeUnit`)}
        allowDeselect={false}
      />
      <Select
        className={classes.then}
        label={words.advance}
        data={(["automatic", "approval"] as const).map((value) => ({
          value,
          label: words.advances[value],
        }))}
        {...form.getInputProps(`stages.${index}.advance`)}
        allowDeselect={false}
      />
    </div>
  );
}

function isDrawn({ kind }: StageDraft): boolean {
  return kind !== "segments" && kind !== "threshold";
}
