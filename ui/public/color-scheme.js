// Sets the colour scheme before the first paint, so that a page in the dark scheme does not flash
// white. A file of its own, because the content security policy admits no inline script. The key
// is the one in src/app/theme.ts.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("tenantry-color-scheme");
  } catch {
    // Storage may be refused; the system's scheme it is, then.
  }
  const dark =
    chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
