/** The pages of debt at their addresses. */
import "@/app/library-later.css";
import { getRouteApi } from "@tanstack/react-router";
import { DebtPage } from "@/features/debt/debt-page";
import { PolicyPage } from "@/features/debt/policy-page";

const debt = getRouteApi("/signed-in/projects/$project/debt");
const policy = getRouteApi("/signed-in/projects/$project/debt/policy");

export function DebtRoute() {
  const { project } = debt.useParams();
  const view = debt.useSearch();
  const navigate = debt.useNavigate();
  return (
    <DebtPage
      project={project}
      view={view}
      onView={(search) => navigate({ search, resetScroll: false })}
    />
  );
}

export function PolicyRoute() {
  const { project } = policy.useParams();
  return <PolicyPage key={project} project={project} />;
}
