/** What stands above a column that its list can be sorted by: a button that sorts, and turns around. */

import { ChevronIcon } from "@/design/icons";
import type { Column } from "@/design/virtual-rows";
import { lists } from "@/text/lists";
import classes from "./sort-head.module.css";

interface SortHeadProps {
  field: string;
  label: string;
  /** What the list is sorted by; with a `-` before it the largest come first. */
  sorted: string;
  /** Whether the largest are what people look for first. */
  descendsFirst?: boolean;
  onSort: (sort: string) => void;
}

export function SortHead({ field, label, sorted, descendsFirst = false, onSort }: SortHeadProps) {
  const order = sortOf(field, sorted);
  const descends = order === "none" ? descendsFirst : order === "ascending";
  return (
    <button
      type="button"
      className={classes.sort}
      data-sorted={order !== "none" || undefined}
      data-ascending={order === "ascending" || undefined}
      title={lists.sortBy(label)}
      onClick={() => onSort(descends ? `-${field}` : field)}
    >
      {label}
      <ChevronIcon size={12} />
    </button>
  );
}

/** For the column's `aria-sort`. */
export function sortOf(field: string, sorted: string): NonNullable<Column["sort"]> {
  if (sorted === field) {
    return "ascending";
  }
  return sorted === `-${field}` ? "descending" : "none";
}
