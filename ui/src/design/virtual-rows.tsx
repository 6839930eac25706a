/**
 * A list of any length on a page that scrolls: only the rows in view are in the document, and the
 * next page is asked for before its end is reached.
 *
 * To assistive technology it is a grid that knows its whole size. One row at a time is in the tab
 * order; arrows, j and k, Page Up and Down, Home and End move it, Enter opens it. Invariants: the
 * row that has the focus stays in the document however far the page is scrolled, so the focus is
 * never lost; End reaches the very last row, also when most of the list has not been read yet.
 */
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { ListEnd } from "@/design/list-end";
import { type Move, moved, withActive } from "@/design/row-moves";
import { useLearnedHeight, useUsualHeight } from "@/design/usual-height";
import classes from "./virtual-rows.module.css";

export interface Column {
  key: string;
  /** What stands above it; it may be a button that sorts. */
  head: ReactNode;
  /** As in `grid-template-columns`: `minmax(12rem, 2fr)`. */
  width: string;
  /** How the list is sorted by this column, if it can be. */
  sort?: "ascending" | "descending" | "none";
  /** Numbers stand at the right. */
  numeric?: boolean;
}

export interface RowState {
  /** For the controls in the row: those of one row are in the tab order. */
  tabIndex: 0 | -1;
  active: boolean;
}

interface VirtualRowsProps<T> {
  /** Says aloud what this is a list of. */
  label: string;
  columns: readonly Column[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  /** One `Cell` for each column. */
  children: (row: T, state: RowState, index: number) => ReactNode;
  /** A row's height before it is measured, in pixels. */
  estimate?: number;
  /** Enter, and a click beside the row's controls. */
  onOpen?: (row: T) => void;
  /** Attributes of the row's element, such as `data-*` for its style. */
  rowProps?: (row: T) => Record<`data-${string}`, string | boolean | undefined>;
  /** How many rows there are in all, if that is known. */
  total?: number | undefined;
  more?: More | undefined;
  /** Whether the rows answer an earlier question while the newest one is under way. */
  stale?: boolean;
  className?: string | undefined;
  /** On narrow screens the cells of a row stand as the feature's own style puts them. */
  rowClassName?: string | undefined;
}

/** The rest of a list that is read page by page. */
export interface More {
  has: boolean;
  loading: boolean;
  failed: boolean;
  load: () => void;
}

/** So many rows before the end the next page is asked for. */
const AHEAD = 30;
const OVERSCAN = 5;
const HEADER_PX = 40;

export function VirtualRows<T>({
  label,
  columns,
  rows,
  rowKey,
  children,
  estimate = 48,
  onOpen,
  rowProps,
  total,
  more,
  stale = false,
  className,
  rowClassName,
}: VirtualRowsProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const [seeksEnd, setSeeksEnd] = useState(false);
  /** The row to focus as soon as it is in the document. */
  const wanted = useRef<number>(undefined);
  const margin = useMargin(list);
  const [sticky] = useState(stickyHeight);
  const current = Math.min(active, Math.max(rows.length - 1, 0));

  // A new function would have every row measured anew, at each step of a scroll; the way from a row
  // to its key does not change.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const keyOf = useCallback(
    (index: number) => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
    [rows],
  );
  const height = useUsualHeight(estimate);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: height.estimateSize,
    measureElement: (element) => element.getBoundingClientRect().height || estimate,
    getItemKey: keyOf,
    rangeExtractor: (range) => withActive(range, current),
    overscan: OVERSCAN,
    scrollMargin: margin,
    scrollPaddingStart: sticky + HEADER_PX,
    scrollPaddingEnd: 16,
  });
  const items = virtualizer.getVirtualItems();
  useLearnedHeight(height, virtualizer, list, items.length > 0);
  const last = virtualizer.range?.endIndex ?? 0;

  const loadMore = useEffectEvent(() => more?.load());
  const wantsMore =
    more?.has === true &&
    !more.loading &&
    !more.failed &&
    (seeksEnd || last + AHEAD >= rows.length);
  // The number of rows is in the list, so that a short page is followed by the next one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (wantsMore) {
      loadMore();
    }
  }, [wantsMore, rows.length]);

  const go = (index: number) => {
    wanted.current = index;
    setActive(index);
    virtualizer.scrollToIndex(index, { align: "auto" });
  };
  const goToEnd = useEffectEvent(() => go(rows.length - 1));
  const arrived = seeksEnd && (more === undefined || !more.has || more.failed);
  useEffect(() => {
    if (arrived) {
      setSeeksEnd(false);
      goToEnd();
    }
  }, [arrived]);

  useEffect(() => {
    if (wanted.current !== undefined) {
      const row = list.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
      if (row) {
        wanted.current = undefined;
        row.focus({ preventScroll: true });
      }
    }
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const { target } = event;
    if (event.altKey || event.ctrlKey || event.metaKey || isEditing(target)) {
      return;
    }
    const onRow = target instanceof HTMLElement && target.dataset.index !== undefined;
    if (event.key === "Enter" && onRow) {
      const row = rows[current];
      if (row !== undefined && onOpen !== undefined) {
        event.preventDefault();
        onOpen(row);
      }
      return;
    }
    const page = Math.max(1, Math.floor(window.innerHeight / estimate) - 2);
    const move = MOVES[event.key];
    if (move === undefined || rows.length === 0) {
      return;
    }
    event.preventDefault();
    setSeeksEnd(move === "end" && more?.has === true);
    if (move !== "end" || more?.has !== true) {
      go(moved(move, current, rows.length, page));
    }
  };

  const onFocus = (event: FocusEvent) => {
    const index = rowOf(event.target);
    if (index !== undefined) {
      setActive(index);
    }
  };
  const onClick = (event: MouseEvent) => {
    const index = rowOf(event.target);
    const row = index === undefined ? undefined : rows[index];
    if (row !== undefined && onOpen !== undefined && !isControl(event.target) && !isSelecting()) {
      onOpen(row);
    }
  };

  const size = more?.has === true ? (total ?? -2) : rows.length;
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a table cannot leave rows out and stay one */}
      <div
        ref={list}
        role="grid"
        aria-label={label}
        aria-rowcount={size + 1}
        aria-colcount={columns.length}
        aria-busy={stale || seeksEnd}
        data-stale={stale || undefined}
        className={[classes.grid, className].filter(Boolean).join(" ")}
        style={{ "--columns": columns.map(({ width }) => width).join(" ") } as CSSProperties}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
        onClick={onClick}
        onWheel={seeksEnd ? () => setSeeksEnd(false) : undefined}
      >
        <Head columns={columns} />
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div
          role="rowgroup"
          className={classes.body}
          style={{ height: virtualizer.getTotalSize() }}
        >
          {items.map((item) => {
            const row = rows[item.index];
            return (
              row !== undefined && (
                // biome-ignore lint/a11y/useSemanticElements: as above
                <div
                  key={item.key}
                  ref={virtualizer.measureElement}
                  role="row"
                  data-index={item.index}
                  aria-rowindex={item.index + 2}
                  tabIndex={item.index === current ? 0 : -1}
                  data-opens={onOpen !== undefined || undefined}
                  {...rowProps?.(row)}
                  className={[classes.row, rowClassName].filter(Boolean).join(" ")}
                  style={{ transform: `translateY(${item.start - margin}px)` }}
                >
                  {children(
                    row,
                    {
                      active: item.index === current,
                      tabIndex: item.index === current ? 0 : -1,
                    },
                    item.index,
                  )}
                </div>
              )
            );
          })}
        </div>
      </div>
      {more !== undefined && (
        <ListEnd more={more} seeksEnd={seeksEnd} shown={rows.length} total={total} />
      )}
    </>
  );
}

function Head({ columns }: { columns: readonly Column[] }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: parts of a grid that cannot be a table
    <div role="rowgroup" className={classes.head}>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: its buttons take the focus */}
      <div role="row" aria-rowindex={1} className={classes.headRow}>
        {columns.map(({ key, head, sort, numeric }) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          <div
            key={key}
            role="columnheader"
            aria-sort={sort}
            className={classes.cell}
            data-numeric={numeric || undefined}
          >
            {head}
          </div>
        ))}
      </div>
    </div>
  );
}

interface CellProps {
  children?: ReactNode;
  numeric?: boolean;
  className?: string | undefined;
  /** Its column's name, shown where rows are cards. */
  label?: string;
}

export function Cell({ children, numeric = false, className, label }: CellProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: parts of a grid that cannot be a table
    // biome-ignore lint/a11y/useFocusableInteractive: its row takes the focus
    <div
      role="gridcell"
      className={[classes.cell, className].filter(Boolean).join(" ")}
      data-numeric={numeric || undefined}
    >
      {label !== undefined && (
        <span className={classes.label} aria-hidden="true">
          {label}
        </span>
      )}
      {children}
    </div>
  );
}

const MOVES: Record<string, Move> = {
  ArrowDown: "next",
  j: "next",
  ArrowUp: "previous",
  k: "previous",
  PageDown: "pageDown",
  PageUp: "pageUp",
  Home: "start",
  End: "end",
};

/** How far below the top of the document the list begins. */
function useMargin(list: React.RefObject<HTMLDivElement | null>): number {
  const [margin, setMargin] = useState(0);
  const measure = useEffectEvent(() => {
    const body = list.current?.querySelector(`.${classes.body}`);
    if (body) {
      setMargin(Math.round(body.getBoundingClientRect().top + window.scrollY));
    }
  });
  // Not at each render: it would have the browser lay out the page for each step of a scroll.
  useLayoutEffect(() => measure(), []);
  useEffect(() => {
    // What stands above the list may grow: a banner, a wrapped line.
    const observer = new ResizeObserver(() => measure());
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  return margin;
}

/** The height of what stays at the top of the window, in pixels. */
function stickyHeight(): number {
  const value = getComputedStyle(document.documentElement).getPropertyValue("--t-bar-height");
  const rem = Number.parseFloat(value);
  return Number.isNaN(rem)
    ? 52
    : rem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize || "16");
}

function rowOf(target: EventTarget): number | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>("[data-index]") : null;
  return row?.dataset.index === undefined ? undefined : Number(row.dataset.index);
}

function isEditing(target: EventTarget): boolean {
  return (
    target instanceof Element &&
    target.closest("input, textarea, select, [contenteditable], [role=menu]") !== null
  );
}

function isControl(target: EventTarget): boolean {
  return (
    target instanceof Element &&
    target.closest("a, button, input, label, select, textarea, [role=menu], [role=switch]") !== null
  );
}

/** Whoever marks text to copy it does not mean to open the row. */
function isSelecting(): boolean {
  return (window.getSelection()?.toString() ?? "") !== "";
}
