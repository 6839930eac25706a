/** A list of tenants by key: add by name or by pasting, search, take off. */
import { Button, CloseButton, TextInput } from "@mantine/core";
import { type ClipboardEvent, useRef, useState } from "react";
import { parseKeys, withKeys, without } from "@/features/flag/draft";
import { TenantInput } from "@/features/flag/tenant-input";
import { useNames } from "@/features/tenants/use-names";
import { flagText } from "@/text/flag";
import classes from "./key-list.module.css";

interface KeyListProps {
  project: string;
  label: string;
  keys: readonly string[];
  /** What the last save has, to mark those who are new. */
  saved: readonly string[];
  disabled: boolean;
  onChange: (keys: string[]) => void;
}

/** More pills than these are no list to look through, but one to search. */
const SHOWN = 60;
const words = flagText.editor;

export function KeyList({ project, label, keys, saved, disabled, onChange }: KeyListProps) {
  const [typed, setTyped] = useState("");
  const [search, setSearch] = useState("");
  const [said, setSaid] = useState("");
  const list = useRef<HTMLUListElement>(null);
  const input = useRef<HTMLInputElement>(null);

  const add = (text: string) => {
    const wanted = parseKeys(text);
    if (wanted.length === 0) {
      return;
    }
    const fresh = without(wanted, keys);
    onChange(withKeys(keys, fresh));
    setTyped("");
    setSaid(words.added(fresh.length, wanted.length - fresh.length));
  };
  const paste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData("text");
    if (parseKeys(text).length > 1) {
      event.preventDefault();
      add(text);
    }
  };
  const remove = (key: string, index: number) => {
    onChange(without(keys, [key]));
    // The focus goes to the neighbour, or back to the field when none is left.
    requestAnimationFrame(() => {
      const buttons = list.current?.querySelectorAll<HTMLElement>("button");
      (buttons?.[Math.min(index, buttons.length - 1)] ?? input.current)?.focus();
    });
  };

  // Of those that are shown without a search; a search by name finds among the names known by then.
  const names = useNames(project, keys.slice(0, SHOWN));
  const old = new Set(saved);
  const text = search.trim().toLowerCase();
  const found =
    text === ""
      ? keys
      : keys.filter((key) => `${key}\n${names.get(key) ?? ""}`.toLowerCase().includes(text));
  const shown = found.slice(0, SHOWN);
  return (
    <div className={classes.list}>
      {!disabled && (
        <form
          className={classes.add}
          onSubmit={(event) => {
            event.preventDefault();
            add(typed);
          }}
        >
          <TenantInput
            ref={input}
            className={classes.input}
            project={project}
            aria-label={words.addTenants(label)}
            placeholder={words.addPlaceholder}
            value={typed}
            onChange={setTyped}
            onOptionSubmit={add}
            onPaste={paste}
            size="xs"
          />
          <Button type="submit" variant="default" size="xs" disabled={typed.trim() === ""}>
            {flagText.editor.add}
          </Button>
        </form>
      )}
      {keys.length > SHOWN && (
        <TextInput
          size="xs"
          type="search"
          aria-label={words.findIn(label)}
          placeholder={words.findIn(label)}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {keys.length === 0 ? (
        disabled && <span className={classes.nobody}>{words.nobody}</span>
      ) : (
        <ul ref={list} className={classes.keys} aria-label={label}>
          {shown.map((key, index) => (
            <li key={key} className={classes.key} data-new={!old.has(key) || undefined}>
              <TenantName tenant={key} name={names.get(key)} />
              {!disabled && (
                <CloseButton
                  size={24}
                  iconSize={12}
                  aria-label={words.removeTenant(key)}
                  onClick={() => remove(key, index)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      <div className={classes.foot}>
        {shown.length < keys.length && <span>{words.shownOf(shown.length, keys.length)}</span>}
        {!disabled && keys.length > SHOWN && (
          <Button variant="subtle" color="gray" size="compact-xs" onClick={() => onChange([])}>
            {words.clear}
          </Button>
        )}
        <span role="status">{said}</span>
      </div>
    </div>
  );
}

/** The key is what the list has; the name says who that is. */
function TenantName({ tenant, name }: { tenant: string; name: string | undefined }) {
  if (name === undefined || name === tenant) {
    return <span>{tenant}</span>;
  }
  return (
    <span>
      {name} <code className={classes.code}>{tenant}</code>
    </span>
  );
}
