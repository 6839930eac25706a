/** The editor of a flag's targeting, with what it would do beside it. */
import { Button, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { FieldProblem } from "@/api/problem";
import type { DraftField } from "@/features/flag/draft";
import { segmentsQuery } from "@/features/flag/evidence";
import type { Where } from "@/features/flag/flag";
import { FlipPreview, type useFlipPreview } from "@/features/flag/flip-preview";
import { KeyList } from "@/features/flag/key-list";
import { PrerequisiteList } from "@/features/flag/prerequisite-list";
import { RuleList } from "@/features/flag/rule-list";
import { Section } from "@/features/flag/section";
import type { DraftState } from "@/features/flag/use-draft";
import { VariantList } from "@/features/flag/variant-list";
import { ShareField } from "@/features/flags/share-field";
import { attributesQuery } from "@/features/tenants/tenants";
import { flagText } from "@/text/flag";
import { formatCount, formatThreshold } from "@/text/format";
import classes from "./targeting-tab.module.css";

interface TargetingTabProps {
  where: Where;
  state: DraftState;
  asked: ReturnType<typeof useFlipPreview>;
  /** The flag is archived: to be read only. */
  disabled: boolean;
}

const words = flagText.editor;

export function TargetingTab({ where, state, asked, disabled }: TargetingTabProps) {
  const { draft, base, changed, edit } = state;
  const { data: segments = [] } = useQuery(segmentsQuery(where.project));
  const { data: attributes = [] } = useQuery(attributesQuery(where.project));
  const is = (field: DraftField) => changed.includes(field);
  const of = (field: DraftField) => problemsOf(asked.problems, field);

  return (
    <div className={classes.columns}>
      <div className={classes.editor}>
        <Section title={words.on} help={words.onHelp} changed={is("on")} problems={of("on")}>
          <Switch
            checked={draft.on}
            disabled={disabled}
            label={draft.on ? words.isOn : words.isOff}
            aria-label={words.on}
            onChange={(event) => edit({ on: event.currentTarget.checked })}
          />
        </Section>
        <Section
          title={words.prerequisites}
          help={words.prerequisitesHelp}
          summary={count(draft.prerequisites)}
          changed={is("prerequisites")}
          problems={of("prerequisites")}
        >
          <PrerequisiteList
            where={where}
            prerequisites={draft.prerequisites}
            disabled={disabled}
            onChange={(prerequisites) => edit({ prerequisites })}
          />
        </Section>
        {(["block", "allow"] as const).map((list) => (
          <Section
            key={list}
            title={words[list]}
            help={list === "block" ? words.blockHelp : words.allowHelp}
            summary={count(draft[list])}
            changed={is(list)}
            problems={of(list)}
          >
            <KeyList
              project={where.project}
              label={words[list]}
              keys={draft[list]}
              saved={base.draft[list]}
              disabled={disabled}
              onChange={(keys) => edit({ [list]: keys })}
            />
          </Section>
        ))}
        <Section
          title={words.rules}
          wide
          help={words.rulesHelp}
          summary={count(draft.rules)}
          changed={is("rules")}
          problems={of("rules")}
        >
          <RuleList
            rules={draft.rules}
            segments={segments}
            attributes={attributes}
            disabled={disabled}
            problems={asked.problems}
            onChange={(rules) => edit({ rules })}
          />
        </Section>
        <Section
          title={words.rollout}
          help={words.rolloutHelp}
          summary={formatThreshold(draft.rollout.threshold)}
          changed={is("rollout")}
          problems={of("rollout")}
        >
          <div className={classes.rollout}>
            {!disabled && (
              <ShareField
                value={draft.rollout.threshold}
                onChange={(threshold) =>
                  threshold !== undefined && edit({ rollout: { ...draft.rollout, threshold } })
                }
              />
            )}
            <Salt
              salt={draft.rollout.salt}
              disabled={disabled}
              onChange={(salt) => edit({ rollout: { ...draft.rollout, salt } })}
            />
          </div>
        </Section>
        <Section
          title={words.variants}
          wide
          help={words.variantsHelp}
          summary={count(draft.variants)}
          changed={is("variants") || is("variant_salt")}
          problems={[...of("variants"), ...of("variant_salt")]}
        >
          <VariantList
            variants={draft.variants}
            disabled={disabled}
            onChange={(variants) => edit({ variants })}
          />
        </Section>
      </div>
      {/* Of an archived flag nobody gets anything: there is nothing to ask. */}
      {!disabled && (
        <FlipPreview {...asked} project={where.project} dirty={changed.length > 0} on={draft.on} />
      )}
    </div>
  );
}

interface SaltProps {
  salt: string | null;
  disabled: boolean;
  onChange: (salt: string | null) => void;
}

function Salt({ salt, disabled, onChange }: SaltProps) {
  if (salt === null) {
    return disabled ? null : (
      <Button
        className={classes.salt}
        variant="subtle"
        color="gray"
        size="compact-xs"
        onClick={() => onChange("")}
      >
        {words.ownSalt}
      </Button>
    );
  }
  return (
    <div className={classes.saltField}>
      <TextInput
        size="xs"
        label={words.salt}
        description={words.saltHelp}
        value={salt}
        disabled={disabled}
        maxLength={256}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {!disabled && (
        <Button variant="subtle" color="gray" size="compact-xs" onClick={() => onChange(null)}>
          {words.flagSalt}
        </Button>
      )}
    </div>
  );
}

function count(list: readonly unknown[]): string | undefined {
  return list.length === 0 ? undefined : formatCount(list.length);
}

function problemsOf(problems: readonly FieldProblem[], field: DraftField): string[] {
  return problems
    .filter(
      ({ path }) => path === field || path.startsWith(`${field}[`) || path.startsWith(`${field}.`),
    )
    .map(({ message }) => message);
}
