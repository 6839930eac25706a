/** Views of the list that somebody has given a name, kept in this browser. */

export interface SavedView {
  name: string;
  /** The address's search, as it was. */
  search: Record<string, unknown>;
}

const MOST = 50;
const keyOf = (project: string) => `tenantry-views/${project}`;

export function savedViews(project: string): SavedView[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(project)) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isView) : [];
  } catch {
    // Storage may be refused, or hold what somebody else has written.
    return [];
  }
}

/** One of the same name is replaced. */
export function saveView(project: string, view: SavedView): SavedView[] {
  const others = savedViews(project).filter(({ name }) => name !== view.name);
  return write(project, [...others, view].slice(-MOST));
}

export function forgetView(project: string, name: string): SavedView[] {
  return write(
    project,
    savedViews(project).filter((view) => view.name !== name),
  );
}

function write(project: string, views: SavedView[]): SavedView[] {
  try {
    localStorage.setItem(keyOf(project), JSON.stringify(views));
  } catch {
    // Then they last as long as the page.
  }
  return views;
}

function isView(value: unknown): value is SavedView {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof value.name === "string" &&
    "search" in value &&
    typeof value.search === "object" &&
    value.search !== null
  );
}
