/** Reads a text from an address; a number or a truth value there is a text that looks like one. */
export function textOf<K extends string>(
  search: Record<string, unknown>,
  key: K,
): { [P in K]?: string } {
  const value = search[key];
  const isText = ["string", "number", "boolean"].includes(typeof value) && value !== "";
  return (isText ? { [key]: String(value) } : {}) as { [P in K]?: string };
}

/** The same for an instant; what is none is left out. */
export function instantOf<K extends string>(
  search: Record<string, unknown>,
  key: K,
): { [P in K]?: string } {
  const value = search[key];
  const isInstant = typeof value === "string" && !Number.isNaN(Date.parse(value));
  return (isInstant ? { [key]: new Date(value).toISOString() } : {}) as { [P in K]?: string };
}
