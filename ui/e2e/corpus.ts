/** Texts that would do something if they were taken for anything but text. */
export const HOSTILE = [
  "<img src=x onerror=alert(1)>",
  "<script>alert(1)</script>",
  '"><svg onload=alert(1)>',
  "javascript:alert(1)",
  "</style><style>body{display:none}</style>",
  "{{constructor.constructor('alert(1)')()}}",
] as const;

/** What those would leave in a page that took them for markup. */
export const PLANTED =
  "main img, main script, main style, svg[onload], [onerror], a[href^='javascript:']";
