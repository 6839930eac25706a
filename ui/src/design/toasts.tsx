/**
 * Short messages in a corner. What shows them is fetched right after the page, so that the page
 * need not wait for it, and before it is needed, so that it can say that the server is away.
 */
import { lazy, Suspense } from "react";

const Shown = lazy(async () => ({
  default: (await import("@mantine/notifications")).Notifications,
}));

export function Toasts() {
  return (
    <Suspense fallback={null}>
      <Shown position="bottom-right" limit={4} />
    </Suspense>
  );
}
