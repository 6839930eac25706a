/** A flag's rollout at its address: a tab of the flag's page. */
import "@/app/library-later.css";
import { Skeleton } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { QueryError } from "@/design/query-error";
import { useNow } from "@/design/use-now";
import { flagQuery, type VersionedFlag, type Where } from "@/features/flag/flag";
import { type FlagAction, FlagHeader } from "@/features/flag/flag-header";
import { FlagActions, FlagTabs } from "@/features/flag/flag-tabs";
import { RolloutPage } from "@/features/plan/rollout-page";
import { usePlace } from "@/features/projects/place";
import { commonText } from "@/text/common";
import { flagText } from "@/text/flag";
import { planText } from "@/text/plan";

const route = getRouteApi(
  "/signed-in/projects/$project/environments/$environment/flags/$flag/rollout",
);

export function RolloutRoute() {
  const { project, environment } = usePlace();
  const { flag: key } = route.useParams();
  const { edit, admissions } = route.useSearch();
  const navigate = route.useNavigate();
  const where: Where = { project, environment: environment.key, flag: key };
  const flag = useQuery(flagQuery(where));
  useDocumentTitle(
    commonText.pageTitle(planText.rollout, flag.data?.flag.name || key, environment.name),
  );

  if (flag.data === undefined) {
    return flag.isError ? (
      <QueryError error={flag.error} onRetry={() => flag.refetch()} />
    ) : (
      <Skeleton height={320} role="status" aria-label={flagText.loading} />
    );
  }
  return (
    <>
      <Top where={where} environment={environment.name} known={flag.data} />
      <RolloutPage
        key={`${environment.key}/${key}`}
        path={where}
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

interface TopProps {
  where: Where;
  environment: string;
  known: VersionedFlag;
}

/** The same as above the flag's other tabs. */
function Top({ where, environment, known }: TopProps) {
  const now = useNow(60_000);
  const [action, setAction] = useState<{ name: FlagAction; known: VersionedFlag }>();
  return (
    <>
      <FlagHeader
        where={where}
        flag={known.flag}
        now={now}
        onAction={(name) => setAction({ name, known })}
      />
      <FlagTabs where={where} current={undefined} />
      {action !== undefined && (
        <FlagActions
          where={where}
          environment={environment}
          action={action.name}
          known={action.known}
          now={now}
          onClose={() => setAction(undefined)}
        />
      )}
    </>
  );
}
