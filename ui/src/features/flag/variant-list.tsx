/** What tenants that get the flag are given: names, weights, payloads. */
import { ActionIcon, Button, NumberInput, TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { PlusIcon, TrashIcon } from "@/design/icons";
import type { Variant } from "@/features/flag/draft";
import { flagText } from "@/text/flag";
import { formatShare } from "@/text/format";
import classes from "./variant-list.module.css";

interface VariantListProps {
  variants: readonly Variant[];
  disabled: boolean;
  onChange: (variants: Variant[]) => void;
}

const words = flagText.editor;
const MOST_WEIGHT = 1_000_000;

export function VariantList({ variants, disabled, onChange }: VariantListProps) {
  const sum = variants.reduce((total, { weight }) => total + weight, 0);
  const add = useRef<HTMLButtonElement>(null);
  return (
    <div className={classes.variants}>
      {variants.length > 0 && (
        <div className={classes.grid}>
          <div className={classes.head} aria-hidden="true">
            <span>{words.name}</span>
            <span>{words.weight}</span>
            <span>{words.share}</span>
            <span>{words.payload}</span>
          </div>
          {variants.map((variant, index) => (
            <div
              // biome-ignore lint/suspicious/noArrayIndexKey: a variant being typed has no other identity
              key={index}
              className={classes.row}
            >
              <TextInput
                size="xs"
                aria-label={words.variantName(index + 1)}
                value={variant.name}
                disabled={disabled}
                onChange={(event) =>
                  onChange(variants.with(index, { ...variant, name: event.currentTarget.value }))
                }
              />
              <NumberInput
                size="xs"
                aria-label={words.variantWeight(index + 1)}
                value={variant.weight}
                disabled={disabled}
                min={0}
                max={MOST_WEIGHT}
                allowDecimal={false}
                hideControls
                onChange={(weight) =>
                  typeof weight === "number" &&
                  onChange(variants.with(index, { ...variant, weight }))
                }
              />
              <span className={classes.share}>
                {sum > 0 ? formatShare(variant.weight / sum) : "0%"}
              </span>
              <Payload
                label={words.variantPayload(index + 1)}
                value={variant.payload}
                disabled={disabled}
                onChange={(payload) => onChange(variants.with(index, { ...variant, payload }))}
              />
              {!disabled && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={26}
                  aria-label={words.removeVariant(variant.name)}
                  onClick={() => {
                    onChange(variants.toSpliced(index, 1));
                    add.current?.focus();
                  }}
                >
                  <TrashIcon size={14} />
                </ActionIcon>
              )}
            </div>
          ))}
        </div>
      )}
      {!disabled && (
        <Button
          ref={add}
          variant="default"
          size="xs"
          leftSection={<PlusIcon size={14} />}
          onClick={() => onChange([...variants, { name: nameFor(variants), weight: 1 }])}
        >
          {words.addVariant}
        </Button>
      )}
    </div>
  );
}

interface PayloadProps {
  label: string;
  value: unknown;
  disabled: boolean;
  onChange: (payload: unknown) => void;
}

/** JSON as it is typed; only what can be read goes on. */
function Payload({ label, value, disabled, onChange }: PayloadProps) {
  const written = value === undefined || value === null ? "" : JSON.stringify(value);
  const [typed, setTyped] = useState<string>();
  const bad = typed !== undefined && parsed(typed) === undefined;
  return (
    <TextInput
      size="xs"
      classNames={{ input: classes.payload ?? "" }}
      aria-label={label}
      placeholder={words.noPayload}
      value={typed ?? written}
      disabled={disabled}
      spellCheck={false}
      error={bad && words.badPayload}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        const json = parsed(text);
        if (json !== undefined) {
          onChange(json.value);
        }
      }}
      onBlur={() =>
        setTyped((it) => (it !== undefined && parsed(it) === undefined ? it : undefined))
      }
    />
  );
}

function parsed(text: string): { value: unknown } | undefined {
  if (text.trim() === "") {
    return { value: null };
  }
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** A, B, C, …; then numbers. */
function nameFor(variants: readonly Variant[]): string {
  const taken = new Set(variants.map(({ name }) => name));
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index));
  return letters.find((name) => !taken.has(name)) ?? `v${variants.length + 1}`;
}
