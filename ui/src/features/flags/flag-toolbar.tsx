/** Search and filter of the list; both live in the address. */
import { CloseButton, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedCallback, useHotkeys } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { ChoiceMenu } from "@/design/choice-menu";
import { SearchIcon } from "@/design/icons";
import {
  FLAG_FILTERS,
  FLAG_KINDS,
  FLAG_SORTS,
  type FlagView,
  isFlagSort,
  USUAL_SORT,
} from "@/features/flags/flags";
import { flagsText } from "@/text/flags";
import classes from "./flag-toolbar.module.css";

interface FlagToolbarProps {
  view: FlagView;
  /** To choose from: those of the flags that have been read. */
  owners: readonly string[];
  tags: readonly string[];
  onView: (view: Partial<FlagView>) => void;
}

/** Long enough not to ask at each key, short enough to feel at once. */
const SEARCH_DELAY_MS = 180;
const words = flagsText;

export function FlagToolbar({ view, owners, tags, onView }: FlagToolbarProps) {
  const { search, filter, kind, owner, tag, sort = USUAL_SORT } = view;
  return (
    <div className={classes.toolbar}>
      <SearchField search={search} onSearch={(it) => onView({ search: it })} />
      <fieldset className={classes.filters} aria-label={words.filter}>
        {FLAG_FILTERS.map((it) => (
          <UnstyledButton
            key={it}
            className={classes.filter}
            aria-pressed={it === filter}
            onClick={() => onView({ filter: it })}
          >
            {words.filters[it]}
          </UnstyledButton>
        ))}
      </fieldset>
      <div className={classes.choices}>
        <ChoiceMenu
          label={words.kindFilter}
          choices={choices(words.anyKind, FLAG_KINDS, (it) => words.kind(it))}
          value={kind ?? ANY}
          onChange={(it) => onView({ kind: FLAG_KINDS.find((known) => known === it) })}
        />
        <ChoiceMenu
          label={words.columns.owner}
          choices={choices(words.anyOwner, withCurrent(owners, owner))}
          value={owner ?? ANY}
          onChange={(it) => onView({ owner: it === ANY ? undefined : it })}
        />
        <ChoiceMenu
          label={words.tags}
          choices={choices(words.anyTag, withCurrent(tags, tag))}
          value={tag ?? ANY}
          onChange={(it) => onView({ tag: it === ANY ? undefined : it })}
        />
        <ChoiceMenu
          label={words.sort.label}
          choices={SORT_CHOICES}
          value={sort}
          onChange={(it) => onView({ sort: isFlagSort(it) ? it : undefined })}
        />
      </div>
    </div>
  );
}

const ANY = "";
const SORT_CHOICES = FLAG_SORTS.flatMap((field) =>
  ([field, `-${field}`] as const).map((key) => ({ key, name: words.sort.by[key] })),
);

function choices(any: string, values: readonly string[], name = (value: string) => value) {
  return [{ key: ANY, name: any }, ...values.map((key) => ({ key, name: name(key) }))];
}

/** What is filtered by can be seen, whether or not a flag of it has been read. */
function withCurrent(values: readonly string[], current: string | undefined): string[] {
  return [...new Set(current === undefined ? values : [...values, current])].toSorted();
}

interface SearchFieldProps {
  search: string;
  onSearch: (search: string) => void;
}

function SearchField({ search, onSearch }: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(search);
  const report = useDebouncedCallback(onSearch, SEARCH_DELAY_MS);
  useHotkeys([["/", () => input.current?.focus()]]);
  // The address may change by itself: back and forward, or a link.
  useEffect(() => setTyped(search), [search]);

  const change = (value: string) => {
    setTyped(value);
    report(value);
  };
  return (
    <TextInput
      ref={input}
      className={classes.search}
      type="search"
      value={typed}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          change("");
        }
      }}
      placeholder={words.search}
      aria-label={words.search}
      title={words.searchHint}
      leftSection={<SearchIcon />}
      rightSection={
        typed === "" ? (
          <kbd className={classes.hint}>/</kbd>
        ) : (
          <CloseButton size="sm" aria-label={words.clearSearch} onClick={() => change("")} />
        )
      }
    />
  );
}
