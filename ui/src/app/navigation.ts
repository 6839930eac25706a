/**
 * What a page tells of itself to be found in the navigation. A subject brings its entries with its
 * routes, in `routes/<subject>.ts`.
 */
import type { ComponentType } from "react";

export interface NavigationEntry {
  label: string;
  /** An address as the router knows it; `$project` and `$environment` are filled in. */
  to: string;
  /** Further addresses that belong to it: one of these, or one below, and the entry is marked. */
  within?: readonly string[];
  icon: ComponentType<{ size?: number }>;
  group: "flags" | "tenants" | "operate";
  /** The keys that lead there, one after the other: `g f`. */
  keys: string;
}
