/** When a plan begins, and when nobody is admitted. */
import { ActionIcon, Button, Select, TagsInput, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { PlusIcon, TrashIcon } from "@/design/icons";
import { DAYS, type FreezeDraft, newFreeze, type PlanDraft } from "@/features/plan/draft";
import { planText } from "@/text/plan";
import classes from "./editor.module.css";

interface ScheduleFieldsProps {
  form: UseFormReturnType<PlanDraft>;
}

const words = planText.editor;
const DAY_NAMES = DAYS.map((value) => ({ value, label: words.days[value] }));

export function ScheduleFields({ form }: ScheduleFieldsProps) {
  return (
    <section className={classes.section}>
      <h2 className={classes.heading}>{words.schedule}</h2>
      <TextInput
        className={classes.moment}
        type="datetime-local"
        label={words.startAt}
        description={words.startAtHelp}
        {...form.getInputProps("startAt")}
      />
      <h3 className={classes.subheading}>{words.freezes}</h3>
      <p className={classes.help}>{words.freezesHelp}</p>
      {form.values.freezes.length > 0 && (
        <ol className={classes.stages}>
          {form.values.freezes.map((freeze, index) => (
            <li key={freeze.key} className={classes.stage}>
              <fieldset className={classes.fields} aria-label={words.freeze(index + 1)}>
                <FreezeFields form={form} freeze={freeze} index={index} />
              </fieldset>
            </li>
          ))}
        </ol>
      )}
      <Button
        className={classes.add}
        variant="default"
        leftSection={<PlusIcon size={14} />}
        onClick={() => form.insertListItem("freezes", newFreeze())}
      >
        {words.addFreeze}
      </Button>
    </section>
  );
}

interface FreezeFieldsProps extends ScheduleFieldsProps {
  freeze: FreezeDraft;
  index: number;
}

function FreezeFields({ form, freeze, index }: FreezeFieldsProps) {
  const field = (name: keyof FreezeDraft) => form.getInputProps(`freezes.${index}.${name}`);
  return (
    <>
      <div className={classes.first}>
        <TextInput
          className={classes.wide}
          label={words.reason}
          placeholder={words.reasonPlaceholder}
          {...field("reason")}
        />
        <Select
          label={words.when}
          data={(["weekly", "once"] as const).map((value) => ({
            value,
            label: words.whens[value],
          }))}
          {...field("kind")}
          allowDeselect={false}
        />
        <div className={classes.tools}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={words.removeFreeze(index + 1)}
            onClick={() => form.removeListItem("freezes", index)}
          >
            <TrashIcon />
          </ActionIcon>
        </div>
      </div>
      {freeze.kind === "once" ? (
        <div className={classes.pair}>
          <TextInput type="datetime-local" label={words.from} {...field("onceFrom")} />
          <TextInput type="datetime-local" label={words.to} {...field("onceTo")} />
        </div>
      ) : (
        <div className={classes.week}>
          <Select
            label={words.fromDay}
            data={DAY_NAMES}
            {...field("fromDay")}
            allowDeselect={false}
          />
          <TextInput type="time" label={words.fromTime} {...field("fromTime")} />
          <Select label={words.toDay} data={DAY_NAMES} {...field("toDay")} allowDeselect={false} />
          <TextInput type="time" label={words.toTime} {...field("toTime")} />
        </div>
      )}
      <TagsInput
        label={words.frozenTenants}
        description={words.frozenTenantsHelp}
        {...field("tenants")}
      />
    </>
  );
}
