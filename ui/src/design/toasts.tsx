/**
 * Short messages in a corner. What shows them is fetched once the page has come to rest, so that
 * the page need not wait for it, and before it is needed, so that it can say that the server is away.
 */
import { lazy, Suspense, useEffect, useState } from "react";

const REST_MS = 2_000;

const Shown = lazy(async () => ({
  default: (await import("@/design/toast-library")).Notifications,
}));

export function Toasts() {
  const [rests, setRests] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setRests(true), REST_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    rests && (
      <Suspense fallback={null}>
        <Shown position="bottom-right" limit={4} />
      </Suspense>
    )
  );
}
