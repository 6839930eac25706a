/**
 * Conditions that must all hold, each in a line: an attribute, a test, values. For segments over
 * the roster, and, where segments are given, for the rules of a flag.
 */
import {
  ActionIcon,
  Autocomplete,
  Button,
  Select,
  TagsInput,
  Tooltip,
  UnstyledButton,
} from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { CrossIcon, PlusIcon } from "@/design/icons";
import {
  type Condition,
  EMPTY_CONDITION,
  isSegment,
  type KnownAttribute,
  OPERATORS,
  type OperatorName,
  operatorOf,
  valuesOf,
  withOperator,
} from "@/features/conditions/operators";
import { conditionsText, operatorText } from "@/text/conditions";
import classes from "./condition-editor.module.css";

interface ConditionEditorProps {
  conditions: readonly Condition[];
  onChange: (conditions: Condition[]) => void;
  /** Attributes to suggest. */
  attributes: readonly KnownAttribute[];
  /** Segments to choose from; without them a condition cannot ask for one. */
  segments?: readonly { key: string; name: string }[] | undefined;
  /** What the server said of the condition of this index. */
  problemOf?: (index: number) => string | undefined;
}

const words = conditionsText;

export function ConditionEditor({
  conditions,
  onChange,
  attributes,
  segments,
  problemOf,
}: ConditionEditorProps) {
  const ids = useIds(conditions.length);
  const list = useRef<HTMLUListElement>(null);
  const [added, setAdded] = useState(false);
  // The focus goes to what was added, where the next word is typed.
  useEffect(() => {
    if (added) {
      setAdded(false);
      list.current?.querySelector<HTMLElement>("li:last-child input")?.focus();
    }
  }, [added]);

  return (
    <div className={classes.editor}>
      <ul ref={list} className={classes.conditions}>
        {conditions.map((condition, index) => (
          <Line
            key={ids.of(index)}
            condition={condition}
            index={index}
            attributes={attributes}
            segments={segments}
            problem={problemOf?.(index)}
            onChange={(next) => onChange(conditions.toSpliced(index, 1, next))}
            onRemove={() => {
              ids.remove(index);
              onChange(conditions.toSpliced(index, 1));
            }}
          />
        ))}
      </ul>
      <Button
        className={classes.add}
        variant="subtle"
        size="compact-sm"
        mt={conditions.length > 0 ? "xs" : 0}
        leftSection={<PlusIcon size={14} />}
        onClick={() => {
          onChange([...conditions, EMPTY_CONDITION]);
          setAdded(true);
        }}
      >
        {conditions.length === 0 ? words.addFirst : words.add}
      </Button>
    </div>
  );
}

interface LineProps {
  condition: Condition;
  index: number;
  attributes: readonly KnownAttribute[];
  segments: readonly { key: string; name: string }[] | undefined;
  problem: string | undefined;
  onChange: (condition: Condition) => void;
  onRemove: () => void;
}

function Line({ condition, index, attributes, segments, problem, onChange, onRemove }: LineProps) {
  const operator = operatorOf(condition);
  const known = attributes.find(({ name }) => name === condition.attribute);
  const asksSegment = isSegment(condition.operator);
  const values = operator?.values ?? "text";
  return (
    <li>
      <fieldset className={classes.condition} aria-label={words.condition(index + 1)}>
        <span className={classes.and}>{index > 0 ? words.and : ""}</span>
        {asksSegment ? (
          <span className={`${classes.and} ${classes.attribute}`}>{words.tenant}</span>
        ) : (
          <Autocomplete
            className={classes.attribute}
            aria-label={words.attribute}
            placeholder={words.attributePlaceholder}
            data={attributes.map(({ name }) => name)}
            value={condition.attribute ?? ""}
            onChange={(attribute) => onChange({ ...condition, attribute })}
            limit={50}
            maxLength={256}
            spellCheck={false}
            autoCapitalize="none"
          />
        )}
        <Select
          className={classes.operator}
          aria-label={words.operator}
          data={operatorChoices(segments !== undefined)}
          value={condition.operator ?? null}
          onChange={(name) => name && onChange(withOperator(condition, name as OperatorName))}
          allowDeselect={false}
          comboboxProps={{ width: 200, position: "bottom-start" }}
          maxDropdownHeight={320}
        />
        {asksSegment && (
          <Select
            className={classes.wide}
            aria-label={words.segment}
            data={(segments ?? []).map(({ key, name }) => ({ value: key, label: name }))}
            value={condition.segment ?? null}
            onChange={(segment) => segment && onChange({ ...condition, segment })}
            allowDeselect={false}
            searchable
          />
        )}
        {!asksSegment && values !== "none" && (
          <TagsInput
            className={classes.values}
            aria-label={words.values}
            placeholder={
              (condition.values ?? []).length === 0 ? words.valuesPlaceholder[values] : ""
            }
            data={[...(known?.values ?? [])]}
            value={(condition.values ?? []).map(String)}
            onChange={(texts) =>
              onChange({ ...condition, values: valuesOf(texts, condition, known) })
            }
            // What is still being typed counts when the field is left.
            acceptValueOnBlur
            maxTags={1_000}
            splitChars={values === "pattern" ? [] : [",", "\n"]}
          />
        )}
        {!asksSegment && values === "none" && <span className={classes.values} />}
        {operator?.cased ? (
          <Tooltip label={words.ignoreCase}>
            <UnstyledButton
              className={classes.case}
              aria-label={words.ignoreCase}
              aria-pressed={condition.ignore_case === true}
              onClick={() => onChange(withCase(condition, condition.ignore_case !== true))}
            >
              Aa
            </UnstyledButton>
          </Tooltip>
        ) : (
          !asksSegment && <span className={classes.gap} />
        )}
        <ActionIcon
          className={classes.remove}
          variant="subtle"
          color="gray"
          aria-label={words.remove(index + 1)}
          onClick={onRemove}
        >
          <CrossIcon size={14} />
        </ActionIcon>
        {problem !== undefined && (
          <p className={classes.problem} role="alert">
            {problem}
          </p>
        )}
      </fieldset>
    </li>
  );
}

function withCase({ ignore_case: _, ...condition }: Condition, ignored: boolean): Condition {
  return ignored ? { ...condition, ignore_case: true } : condition;
}

function operatorChoices(withSegments: boolean) {
  const groups = new Map<string, { value: string; label: string }[]>();
  for (const [value, { group }] of Object.entries(OPERATORS)) {
    if (withSegments || group !== "segment") {
      const label = words.groups[group];
      groups.set(label, [
        ...(groups.get(label) ?? []),
        { value, label: operatorText[value as OperatorName] },
      ]);
    }
  }
  return [...groups].map(([group, items]) => ({ group, items }));
}

/** A name for each line that stays with it when another is removed. */
function useIds(count: number) {
  const ids = useRef<number[]>([]);
  const next = useRef(0);
  while (ids.current.length < count) {
    ids.current.push(next.current);
    next.current += 1;
  }
  ids.current.length = count;
  return {
    of: (index: number) => ids.current[index],
    remove: (index: number) => {
      ids.current.splice(index, 1);
    },
  };
}
