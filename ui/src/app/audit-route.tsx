/** The audit log at its address: filters and the open entry are read from there. */
import "@/app/library-later.css";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { AuditPage } from "@/features/audit/audit-page";
import { environmentsQuery } from "@/features/projects/projects";

const route = getRouteApi("/signed-in/projects/$project/audit");

export function AuditRoute() {
  const { project } = route.useParams();
  const { data: environments = [] } = useQuery(environmentsQuery(project));
  const navigate = route.useNavigate();
  return (
    <AuditPage
      project={project}
      environments={environments}
      view={route.useSearch()}
      onView={(search, replace = false) =>
        void navigate({ search, replace, resetScroll: search.entry === undefined })
      }
    />
  );
}
