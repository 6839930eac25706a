/** Words that belong to no page of their own. */
export const commonText = {
  product: "Tenantry",
  pageTitle: (...parts: string[]) => [...parts, "Tenantry"].join(" · "),
  tagline: "Feature flags, rolled out tenant by tenant.",
  retry: "Try again",
  cancel: "Cancel",
  undo: "Undo",
  close: "Close",
  saving: "Saving",
  copy: "Copy",
  copied: "Copied",
  reason: "Reason",
  reasonOptional: "Kept in the audit log.",
  breadcrumbs: "Breadcrumbs",
  skipToContent: "Skip to content",
} as const;
