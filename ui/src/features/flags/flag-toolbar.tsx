/** Search and filter of the list; both live in the address. */
import { CloseButton, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedCallback, useHotkeys } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { SearchIcon } from "@/design/icons";
import { FLAG_FILTERS, type FlagFilter } from "@/features/flags/flags";
import { flagsText } from "@/text/flags";
import classes from "./flag-toolbar.module.css";

interface FlagToolbarProps {
  search: string;
  filter: FlagFilter;
  onSearch: (search: string) => void;
  onFilter: (filter: FlagFilter) => void;
}

/** Long enough not to ask at each key, short enough to feel at once. */
const SEARCH_DELAY_MS = 180;
const words = flagsText;

export function FlagToolbar({ search, filter, onSearch, onFilter }: FlagToolbarProps) {
  return (
    <div className={classes.toolbar}>
      <SearchField search={search} onSearch={onSearch} />
      <fieldset className={classes.filters} aria-label={words.filter}>
        {FLAG_FILTERS.map((it) => (
          <UnstyledButton
            key={it}
            className={classes.filter}
            aria-pressed={it === filter}
            onClick={() => onFilter(it)}
          >
            {words.filters[it]}
          </UnstyledButton>
        ))}
      </fieldset>
    </div>
  );
}

function SearchField({ search, onSearch }: Pick<FlagToolbarProps, "search" | "onSearch">) {
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
