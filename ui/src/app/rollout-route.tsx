/** A flag's rollout at its address. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { PageHeader } from "@/design/page-header";
import { RolloutPage } from "@/features/plan/rollout-page";
import { usePlace } from "@/features/projects/place";
import { planText } from "@/text/plan";
import { shellText } from "@/text/shell";

const route = getRouteApi(
  "/signed-in/projects/$project/environments/$environment/flags/$flag/rollout",
);

export function RolloutRoute() {
  const { project, environment } = usePlace();
  const { flag } = route.useParams();
  const { edit, admissions } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <PageHeader
        breadcrumbs={[
          <Link
            key="flags"
            to="/projects/$project/environments/$environment/flags"
            params={{ project, environment: environment.key }}
          >
            {shellText.pages.flags}
          </Link>,
          flag,
        ]}
        title={planText.rollout}
      />
      <RolloutPage
        key={`${environment.key}/${flag}`}
        path={{ project, environment: environment.key, flag }}
        environmentName={environment.name}
        edit={edit}
        allAdmissions={admissions === "all"}
        onAllAdmissions={(all) =>
          navigate({ search: all ? { admissions: "all" } : {}, replace: true, resetScroll: false })
        }
        onEdit={(next) => navigate({ search: next === undefined ? {} : { edit: next } })}
      />
    </>
  );
}
