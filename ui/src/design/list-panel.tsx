/** What surrounds a list: its toolbar, its box, what stands in its place until it is there. */
import { Button, Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { lists } from "@/text/lists";
import classes from "./list-panel.module.css";

export function ListToolbar({ children }: { children: ReactNode }) {
  return <div className={classes.toolbar}>{children}</div>;
}

interface ListPanelProps {
  label: string;
  children: ReactNode;
  className?: string;
}

export function ListPanel({ label, children, className }: ListPanelProps) {
  return (
    <section
      className={[classes.panel, className].filter(Boolean).join(" ")}
      aria-label={label}
      data-list-panel
    >
      {children}
    </section>
  );
}

const WIDTHS = [46, 33, 52, 28, 40, 36];

export function ListSkeleton({ label }: { label: string }) {
  return (
    <div className={classes.skeleton} role="status" aria-label={label}>
      {WIDTHS.map((width) => (
        <div key={width} className={classes.skeletonRow}>
          <Skeleton height={13} width={`${width}%`} />
          <Skeleton height={11} width="10%" />
          <Skeleton height={11} width="8%" />
        </div>
      ))}
    </div>
  );
}

/** Above a list that is too long to be read again by itself when something in it has changed. */
export function ChangedBar({ onShow }: { onShow: () => void }) {
  return (
    <div className={classes.changed} role="status">
      <span>{lists.changed}</span>
      <Button variant="subtle" size="compact-sm" onClick={onShow}>
        {lists.showChanges}
      </Button>
    </div>
  );
}

/** Choices of which one holds, as the filters of a list. */
export function FilterChoice<T extends string>({
  label,
  choices,
  value,
  onChange,
}: {
  label: string;
  choices: readonly { value: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
}) {
  return (
    <fieldset className={classes.filters} aria-label={label}>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          className={classes.filter}
          aria-pressed={choice.value === value}
          onClick={() => onChange(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </fieldset>
  );
}
