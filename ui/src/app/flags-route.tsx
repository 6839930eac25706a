/** The flags page at its address: reads the view from it, and writes changes of the view to it. */
import { getRouteApi } from "@tanstack/react-router";
import { flagsSearch } from "@/app/routes/flags";
import type { FlagView } from "@/features/flags/flags";
import { FlagsPage } from "@/features/flags/flags-page";
import { usePlace } from "@/features/projects/place";

const route = getRouteApi("/signed-in/projects/$project/environments/$environment/flags");

export function FlagsRoute() {
  const place = usePlace();
  const address = route.useSearch();
  const { q: search = "", state: filter = "active", ...rest } = address;
  const current = { ...rest, search, filter };
  const navigate = route.useNavigate();
  const onView = (view: Partial<FlagView>) =>
    navigate({
      search: flagsSearch({ ...current, ...view }),
      // Each key typed is no step to go back to.
      replace: view.search !== undefined,
    });
  return (
    <FlagsPage
      // What is chosen in one environment is not meant in another.
      key={place.environment.key}
      {...place}
      view={current}
      onView={onView}
      address={{ ...address }}
      onAddress={(search) => navigate({ search })}
    />
  );
}
