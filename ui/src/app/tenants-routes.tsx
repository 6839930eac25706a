/** The tenants' pages at their addresses: the view is read from there, and written there. */
import "@/app/library-later.css";
import { getRouteApi } from "@tanstack/react-router";
import { usePlace } from "@/features/projects/place";
import { ComparePage } from "@/features/tenants/compare-page";
import type { FactsView } from "@/features/tenants/facts";
import { RosterPage } from "@/features/tenants/roster-page";
import { TenantPage } from "@/features/tenants/tenant-page";

const roster = getRouteApi("/signed-in/projects/$project/tenants");
const tenantRoute = getRouteApi(
  "/signed-in/projects/$project/environments/$environment/tenants/$tenant",
);
const compare = getRouteApi("/signed-in/projects/$project/environments/$environment/compare");

export function RosterRoute() {
  const { project } = roster.useParams();
  const navigate = roster.useNavigate();
  return (
    <RosterPage
      project={project}
      view={roster.useSearch()}
      onView={(search, replace = false) => void navigate({ search, replace })}
    />
  );
}

export function TenantRoute() {
  const place = usePlace();
  const { tenant } = tenantRoute.useParams();
  const { q = "", answer = "all" } = tenantRoute.useSearch();
  const navigate = tenantRoute.useNavigate();
  const onView = (change: Partial<FactsView>) => {
    const view: FactsView = { q, answer, ...change };
    void navigate({
      search: {
        ...(view.q !== "" && { q: view.q }),
        ...(view.answer !== "all" && { answer: view.answer }),
      },
      replace: true,
    });
  };
  return (
    <TenantPage
      // Another tenant is another page: no dialog of this one stays open.
      key={tenant}
      {...place}
      tenant={tenant}
      view={{ q, answer }}
      onView={onView}
    />
  );
}

export function CompareRoute() {
  const { project, environment } = usePlace();
  const navigate = compare.useNavigate();
  return (
    <ComparePage
      project={project}
      environment={environment}
      view={compare.useSearch()}
      onView={(search) => void navigate({ search })}
    />
  );
}
