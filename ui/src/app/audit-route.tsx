/** The audit log at its address: filters and the open entry are read from there. */
import "@/app/library-later.css";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { AuditPage, type AuditView } from "@/features/audit/audit-page";
import { environmentsQuery } from "@/features/projects/projects";

const route = getRouteApi("/signed-in/projects/$project/audit");

export function AuditRoute() {
  const { project } = route.useParams();
  const { data: environments = [] } = useQuery(environmentsQuery(project));
  const navigate = route.useNavigate();
  const view = route.useSearch();
  return (
    <AuditPage
      project={project}
      environments={environments}
      view={view}
      onView={(search, replace = false) =>
        void navigate({
          search,
          replace, // An entry that opens or closes leaves the list where it is.
          resetScroll: filterOf(search) !== filterOf(view),
        })
      }
    />
  );
}

function filterOf({ entry: _, ...filter }: AuditView): string {
  return JSON.stringify(filter);
}
