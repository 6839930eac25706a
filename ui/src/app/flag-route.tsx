/** A flag's page at its address. */
import "@/app/library-later.css";
import { getRouteApi, useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import type { FlagSearch } from "@/app/routes/flags";
import { FlagPage } from "@/features/flag/flag-page";
import { LeaveGuard } from "@/features/flag/leave-guard";
import { usePlace } from "@/features/projects/place";

const route = getRouteApi("/signed-in/projects/$project/environments/$environment/flags/$flag");

type Optional<T> = { [Key in keyof T]: T[Key] | undefined };

export function FlagRoute() {
  const place = usePlace();
  const { flag } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [dirty, setDirty] = useState(false);
  const blocker = useBlocker({
    // Another tab of the same page keeps the draft.
    shouldBlockFn: ({ current, next }) => dirty && current.pathname !== next.pathname,
    enableBeforeUnload: () => dirty,
    withResolver: true,
  });
  return (
    <>
      <FlagPage
        // Another environment's flag is another page: no draft is carried over.
        key={`${place.environment.key}/${flag}`}
        {...place}
        flag={flag}
        view={search}
        onView={(view) => navigate({ search: present({ ...search, ...view }) })}
        onDirty={setDirty}
      />
      <LeaveGuard
        blocked={blocker.status === "blocked"}
        onStay={() => blocker.reset?.()}
        onLeave={() => {
          setDirty(false);
          blocker.proceed?.();
        }}
      />
    </>
  );
}

/** Without what is undefined: an address says only what it says. */
function present(view: Optional<FlagSearch>): FlagSearch {
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined));
}
