/** The rules of a flag, in their order: conditions and what follows from them. */
import { ActionIcon, Button, SegmentedControl, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { ArrowDownIcon, ArrowUpIcon, PlusIcon, TrashIcon } from "@/design/icons";
import { ConditionEditor } from "@/features/conditions/condition-editor";
import type { Condition, KnownAttribute } from "@/features/conditions/operators";
import type { Rule } from "@/features/flag/draft";
import { ShareField } from "@/features/flags/share-field";
import { flagText } from "@/text/flag";
import classes from "./rule-list.module.css";

interface RuleListProps {
  rules: readonly Rule[];
  segments: readonly { key: string; name: string }[];
  attributes: readonly KnownAttribute[];
  disabled: boolean;
  /** What the server finds wrong at a path, such as `rules[0].conditions[1].values`. */
  problems: readonly { path: string; message: string }[];
  onChange: (rules: Rule[]) => void;
}

const words = flagText.editor;
const NEW_SHARE = { rollout: { threshold: 0, salt: null } };

export function RuleList(props: RuleListProps) {
  const { rules, disabled, onChange } = props;
  const list = useRef<HTMLOListElement>(null);
  const add = useRef<HTMLButtonElement>(null);
  const [ids, setIds] = useState<number[]>([]);
  const next = useRef(0);
  /** What to focus once the list is drawn anew. */
  const wanted = useRef<{ index: number; action: string }>(undefined);

  let known = ids;
  if (ids.length !== rules.length) {
    known = rules.map((_, index) => ids[index] ?? next.current++);
    setIds(known);
  }
  useEffect(() => {
    const target = wanted.current;
    if (target !== undefined) {
      wanted.current = undefined;
      const row = list.current?.children[target.index];
      const buttons = row?.querySelectorAll<HTMLElement>("[data-action]:not(:disabled)");
      const found = [...(buttons ?? [])].find(({ dataset }) => dataset.action === target.action);
      (found ?? buttons?.[0] ?? add.current)?.focus();
    }
  });

  const move = (from: number, to: number, action: string) => {
    const moved = <T,>(items: readonly T[]) => {
      const rest = items.toSpliced(from, 1);
      return rest.toSpliced(to, 0, items[from] as T);
    };
    setIds(moved(known));
    wanted.current = { index: to, action };
    onChange(moved(rules));
  };
  const remove = (index: number) => {
    setIds(known.toSpliced(index, 1));
    wanted.current = { index: Math.min(index, rules.length - 2), action: "remove" };
    onChange(rules.toSpliced(index, 1));
  };

  return (
    <div className={classes.rules}>
      <ol ref={list} className={classes.list}>
        {rules.map((rule, index) => (
          <li key={known[index]} className={classes.rule}>
            <RuleEditor
              {...props}
              rule={rule}
              index={index}
              last={index === rules.length - 1}
              onRule={(changed) => onChange(rules.with(index, changed))}
              onMove={(by, action) => move(index, index + by, action)}
              onRemove={() => remove(index)}
            />
          </li>
        ))}
      </ol>
      {!disabled && (
        <Button
          ref={add}
          variant="default"
          size="xs"
          leftSection={<PlusIcon size={14} />}
          onClick={() => {
            // What it is for is what one writes first.
            wanted.current = { index: rules.length, action: "describe" };
            onChange([...rules, { conditions: [], effect: "on" }]);
          }}
        >
          {words.addRule}
        </Button>
      )}
    </div>
  );
}

interface RuleEditorProps extends RuleListProps {
  rule: Rule;
  index: number;
  last: boolean;
  onRule: (rule: Rule) => void;
  onMove: (by: 1 | -1, action: string) => void;
  onRemove: () => void;
}

function RuleEditor({
  rule,
  index,
  last,
  segments,
  attributes,
  disabled,
  problems,
  onRule,
  onMove,
  onRemove,
}: RuleEditorProps) {
  const number = index + 1;
  const kind = typeof rule.effect === "string" ? rule.effect : "share";
  const problemOf = (condition: number) =>
    problems.find(({ path }) => path.startsWith(`rules[${index}].conditions[${condition}]`))
      ?.message;
  return (
    <fieldset className={classes.editor} disabled={disabled} aria-label={words.rule(number)}>
      <div className={classes.head}>
        <span className={classes.number} aria-hidden="true">
          {number}
        </span>
        <TextInput
          className={classes.description}
          variant="unstyled"
          size="xs"
          data-action="describe"
          aria-label={`${words.rule(number)}: ${words.ruleFor}`}
          placeholder={words.ruleFor}
          value={rule.description ?? ""}
          maxLength={512}
          onChange={(event) => onRule({ ...rule, description: event.currentTarget.value })}
        />
        {!disabled && (
          <div className={classes.actions}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={26}
              data-action="up"
              aria-label={words.moveUp(number)}
              disabled={index === 0}
              onClick={() => onMove(-1, "up")}
            >
              <ArrowUpIcon size={14} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={26}
              data-action="down"
              aria-label={words.moveDown(number)}
              disabled={last}
              onClick={() => onMove(1, "down")}
            >
              <ArrowDownIcon size={14} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={26}
              data-action="remove"
              aria-label={words.removeRule(number)}
              onClick={onRemove}
            >
              <TrashIcon size={14} />
            </ActionIcon>
          </div>
        )}
      </div>
      <div className={classes.clause}>
        <span className={classes.word}>{words.ruleIf}</span>
        <div className={classes.conditions}>
          {(rule.conditions ?? []).length === 0 && (
            <span className={classes.always}>{words.ruleAlways}</span>
          )}
          <ConditionEditor
            conditions={rule.conditions ?? []}
            attributes={attributes}
            segments={segments}
            problemOf={problemOf}
            onChange={(conditions: Condition[]) =>
              onRule({ ...rule, conditions: conditions as NonNullable<Rule["conditions"]> })
            }
          />
          {rule.conditions?.some(({ attribute }) => attribute) && (
            <p className={classes.attributes}>{words.ruleAttributes}</p>
          )}
        </div>
      </div>
      <div className={classes.clause}>
        <span className={classes.word}>{words.ruleThen}</span>
        <div className={classes.effect}>
          <SegmentedControl
            size="xs"
            aria-label={words.effect(number)}
            disabled={disabled}
            data={[
              { value: "on", label: words.effectOn },
              { value: "off", label: words.effectOff },
              { value: "share", label: words.effectShare },
            ]}
            value={kind}
            onChange={(value) =>
              onRule({ ...rule, effect: value === "share" ? NEW_SHARE : (value as "on" | "off") })
            }
          />
          {typeof rule.effect === "object" && (
            <>
              <ShareField
                value={rule.effect.rollout.threshold}
                onChange={(threshold) => {
                  if (threshold !== undefined && typeof rule.effect === "object") {
                    const { rollout } = rule.effect;
                    onRule({ ...rule, effect: { rollout: { ...rollout, threshold } } });
                  }
                }}
              />
              <span className={classes.hint}>{words.ruleShareHelp}</span>
            </>
          )}
        </div>
      </div>
    </fieldset>
  );
}
