const on = new Set(["new-billing"]);

/** Whether a feature is on, for the tenant of this page. */
export function useFeature(key: string): boolean {
  return on.has(key);
}
