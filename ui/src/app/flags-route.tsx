/** The flags page at its address: reads the view from it, and writes changes of the view to it. */
import { getRouteApi } from "@tanstack/react-router";
import { flagsSearch } from "@/app/routes/flags";
import type { FlagView } from "@/features/flags/flags";
import { FlagsPage } from "@/features/flags/flags-page";
import { usePlace } from "@/features/projects/place";

const route = getRouteApi("/signed-in/projects/$project/environments/$environment/flags");

export function FlagsRoute() {
  const place = usePlace();
  const { q: search = "", state: filter = "active" } = route.useSearch();
  const navigate = route.useNavigate();
  const onView = (view: Partial<FlagView>) =>
    navigate({
      search: flagsSearch({ search, filter, ...view }),
      // Each key typed is no step to go back to.
      replace: view.search !== undefined,
    });
  return <FlagsPage {...place} search={search} filter={filter} onView={onView} />;
}
