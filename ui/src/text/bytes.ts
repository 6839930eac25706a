/** A size of a file, as people say it. */
const number = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });

export function formatBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${number.format(value)} ${units[unit]}`;
}
