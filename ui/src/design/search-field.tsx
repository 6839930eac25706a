/** A search that goes to the address as it is typed; `/` leads to it from anywhere on the page. */
import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback, useHotkeys } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { SearchIcon } from "@/design/icons";
import { lists } from "@/text/lists";
import classes from "./search-field.module.css";

interface SearchFieldProps {
  value: string;
  onSearch: (value: string) => void;
  /** What can be searched for: "Search by name or key". */
  label: string;
  className?: string | undefined;
}

/** Long enough not to ask at each key, short enough to feel at once. */
const DELAY_MS = 180;

export function SearchField({ value, onSearch, label, className }: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(value);
  const report = useDebouncedCallback(onSearch, DELAY_MS);
  useHotkeys([["/", () => input.current?.focus()]]);
  // The address may change by itself: back and forward, or a link.
  useEffect(() => setTyped(value), [value]);

  const change = (next: string) => {
    setTyped(next);
    report(next);
  };
  return (
    <TextInput
      ref={input}
      className={[classes.search, className].filter(Boolean).join(" ")}
      type="search"
      value={typed}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          change("");
        }
      }}
      placeholder={label}
      aria-label={label}
      title={lists.searchHint}
      leftSection={<SearchIcon />}
      rightSection={
        typed === "" ? (
          <kbd className={classes.hint}>/</kbd>
        ) : (
          <CloseButton size="sm" aria-label={lists.clearSearch} onClick={() => change("")} />
        )
      }
    />
  );
}
