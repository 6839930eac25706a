/** What a plan's guard watches, and what happens on harm. */
import {
  ActionIcon,
  Button,
  Checkbox,
  NumberInput,
  Select,
  Switch,
  Textarea,
  TextInput,
} from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { PlusIcon, TrashIcon } from "@/design/icons";
import { newQuery, type PlanDraft } from "@/features/plan/draft";
import { planText } from "@/text/plan";
import classes from "./editor.module.css";

interface GuardFieldsProps {
  form: UseFormReturnType<PlanDraft>;
}

const words = planText.editor;

export function GuardFields({ form }: GuardFieldsProps) {
  const { guarded } = form.values;
  return (
    <section className={classes.section}>
      <h2 className={classes.heading}>{words.guard}</h2>
      <Switch
        label={words.guarded}
        {...form.getInputProps("guarded", { type: "checkbox" })}
        {...(!guarded && { description: words.unguarded })}
      />
      {guarded && (
        <>
          <fieldset className={classes.metrics}>
            <legend className={classes.subheading}>{words.metrics}</legend>
            <Checkbox
              label={words.errors}
              description={words.errorsHelp}
              {...form.getInputProps("errors", { type: "checkbox" })}
            />
            <Checkbox
              label={words.latency}
              description={words.latencyHelp}
              {...form.getInputProps("latency", { type: "checkbox" })}
            />
            {form.errors.metrics !== undefined && (
              <p className={classes.error}>{form.errors.metrics}</p>
            )}
          </fieldset>
          <Queries form={form} />
          <div className={classes.pair}>
            <Select
              label={words.onHarm}
              data={(["step_back", "roll_back", "pause"] as const).map((value) => ({
                value,
                label: words.onHarms[value],
              }))}
              {...form.getInputProps("onHarm")}
              allowDeselect={false}
            />
            <Select
              label={words.onSilence}
              data={(["hold", "roll_back"] as const).map((value) => ({
                value,
                label: words.onSilences[value],
              }))}
              {...form.getInputProps("onSilence")}
              allowDeselect={false}
            />
          </div>
          <NumberInput
            className={classes.moment}
            label={words.alpha}
            description={words.alphaHelp}
            {...form.getInputProps("alpha")}
            min={0.01}
            max={20}
            clampBehavior="none"
            decimalScale={2}
            allowNegative={false}
            suffix=" %"
          />
        </>
      )}
    </section>
  );
}

function Queries({ form }: GuardFieldsProps) {
  return (
    <>
      {form.values.queries.length > 0 && (
        <ol className={classes.stages}>
          {form.values.queries.map((query, index) => {
            const field = (name: string) => form.getInputProps(`queries.${index}.${name}`);
            return (
              <li key={query.key} className={classes.stage}>
                <fieldset className={classes.fields} aria-label={words.query(index + 1)}>
                  <div className={classes.first}>
                    <TextInput
                      className={classes.wide}
                      label={words.queryName}
                      {...field("name")}
                    />
                    <div className={classes.tools}>
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={words.removeQuery(index + 1)}
                        onClick={() => form.removeListItem("queries", index)}
                      >
                        <TrashIcon />
                      </ActionIcon>
                    </div>
                  </div>
                  <Textarea
                    label={words.queryText}
                    description={words.queryHelp}
                    classNames={{ input: classes.code }}
                    autosize
                    minRows={2}
                    spellCheck={false}
                    {...field("query")}
                  />
                  <div className={classes.limits}>
                    <TextInput label={words.tenantLabel} {...field("tenantLabel")} />
                    <NumberInput label={words.above} {...field("above")} />
                    <NumberInput label={words.below} {...field("below")} />
                  </div>
                </fieldset>
              </li>
            );
          })}
        </ol>
      )}
      <Button
        className={classes.add}
        variant="default"
        leftSection={<PlusIcon size={14} />}
        onClick={() => form.insertListItem("queries", newQuery())}
      >
        {words.addQuery}
      </Button>
    </>
  );
}
