/** The plans of an environment at their address. */
import "@/app/library-later.css";
import { getRouteApi } from "@tanstack/react-router";
import { RolloutsPage } from "@/features/plan/rollouts-page";

const route = getRouteApi("/signed-in/projects/$project/environments/$environment/rollouts");

export function RolloutsRoute() {
  const { show = "all" } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <RolloutsPage
      filter={show}
      onFilter={(filter) => navigate({ search: filter === "all" ? {} : { show: filter } })}
    />
  );
}
