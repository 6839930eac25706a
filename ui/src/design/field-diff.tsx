/**
 * What a change did, field by field: what was, and what is. Colour marks the two sides, and a sign
 * and a word say the same. Key lists are told as who was added and who was taken off.
 */
import { UnstyledButton } from "@mantine/core";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { diffText } from "@/text/diff";
import { formatThreshold } from "@/text/format";
import classes from "./field-diff.module.css";

export type FieldChange = Schemas["AuditChange"];

interface FieldDiffProps {
  changes: readonly FieldChange[];
  label?: string;
}

/** So many elements of a list are shown before the rest is asked for. */
const SHOWN = 12;
const LISTS = new Set(["allow", "block", "members"]);

export function FieldDiff({ changes, label = diffText.label }: FieldDiffProps) {
  if (changes.length === 0) {
    return <p className={classes.none}>{diffText.nothing}</p>;
  }
  return (
    <div className={classes.frame}>
      <ul className={classes.diff} aria-label={label}>
        {changes.flatMap(readable).map((change) => (
          <li key={change.path} className={classes.change}>
            <FieldName path={change.path} />
            <Values {...change} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What people call the field, where that is known; else its path in the document. */
function FieldName({ path }: { path: string }) {
  const name = diffText.fields[fieldOf(path)];
  return name === undefined ? (
    <span className={classes.path}>{path}</span>
  ) : (
    <span className={classes.name} title={path}>
      {name}
    </span>
  );
}

/** A path without the document that it is in. */
function fieldOf(path: string): string {
  return path.replace(/^(targeting|flag|segment|tenant|environments\.[^.]+)\./, "");
}

/** Shares and switches as they are written everywhere else. */
function inWords(path: string, value: unknown): unknown {
  const field = fieldOf(path);
  if (field === "rollout.threshold" && typeof value === "number") {
    return formatThreshold(value);
  }
  return field === "on" && typeof value === "boolean"
    ? value
      ? diffText.on
      : diffText.off
    : value;
}

/** What was made or deleted is told field by field, and only what it has. */
function readable(change: FieldChange): FieldChange[] {
  const { path, before, after } = change;
  const whole = isFields(after) && before == null ? after : before;
  if (!isFields(whole) || (before != null && after != null)) {
    return [change];
  }
  const fields = Object.entries(whole).filter(
    ([, value]) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0),
  );
  return fields.map(([name, value]) => ({
    path: `${path}.${name}`,
    before: after == null ? value : null,
    after: after == null ? null : value,
  }));
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function Values({ path, before: was, after: is }: FieldChange) {
  const before = inWords(path, was);
  const after = inWords(path, is);
  const list = LISTS.has(path.slice(path.lastIndexOf(".") + 1));
  if (list && (Array.isArray(before) || Array.isArray(after))) {
    return (
      <div className={classes.values}>
        <Keys keys={Array.isArray(after) ? after : []} side="after" />
        <Keys keys={Array.isArray(before) ? before : []} side="before" />
      </div>
    );
  }
  const short = isShort(before) && isShort(after);
  return (
    <div className={short ? classes.inline : classes.values}>
      {before !== null && before !== undefined && <Side side="before" value={before} />}
      {short && before !== null && before !== undefined && after !== null && (
        <span className={classes.arrow} aria-hidden="true">
          →
        </span>
      )}
      {after !== null && after !== undefined && <Side side="after" value={after} />}
      {(before === null || before === undefined) && (after === null || after === undefined) && (
        <span className={classes.none}>{diffText.empty}</span>
      )}
    </div>
  );
}

function Side({ side, value }: { side: "before" | "after"; value: unknown }) {
  return (
    <span className={classes[side]}>
      <span className="visually-hidden">{side === "before" ? diffText.was : diffText.is} </span>
      {written(value)}
    </span>
  );
}

function Keys({ keys, side }: { keys: readonly unknown[]; side: "before" | "after" }) {
  const [all, setAll] = useState(false);
  if (keys.length === 0) {
    return null;
  }
  const shown = all ? keys : keys.slice(0, SHOWN);
  return (
    <div className={classes.inline}>
      <span className="visually-hidden">
        {side === "before" ? diffText.taken(keys.length) : diffText.added(keys.length)}
      </span>
      {shown.map((key) => (
        <span key={String(key)} className={classes[side]}>
          {String(key)}
        </span>
      ))}
      {shown.length < keys.length && (
        <UnstyledButton className={classes.more} onClick={() => setAll(true)}>
          {diffText.more(keys.length - shown.length)}
        </UnstyledButton>
      )}
    </div>
  );
}

function isShort(value: unknown): boolean {
  return typeof value !== "object" || value === null
    ? String(value).length < 48
    : written(value).length < 48;
}

/** Texts as they are, the rest as JSON: short on one line, long on several. */
export function written(value: unknown): string {
  if (typeof value === "string") {
    return value === "" ? diffText.emptyText : value;
  }
  const line = JSON.stringify(value) ?? "";
  return line.length < 72 ? line : JSON.stringify(value, null, 2);
}
