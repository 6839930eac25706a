/** Fetches a part of the interface that is about to be opened. */
export function prefetch(module: () => Promise<unknown>): void {
  // Opening it is another try, and says so if that fails as well.
  module().catch(() => {});
}
