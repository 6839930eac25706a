/** A flag's rollout in an environment: its plan's timeline, or the editor, or what to begin with. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { QueryError, StaleBanner } from "@/design/query-error";
import { toastSaved } from "@/features/flags/changed-toast";
import { BLANK, blankPlan, NoPlan } from "@/features/plan/no-plan";
import { type Plan, type PlanPath, planQuery, templatesQuery } from "@/features/plan/plan";
import { PlanEditor } from "@/features/plan/plan-editor";
import { Timeline } from "@/features/plan/timeline";
import { planText } from "@/text/plan";

interface RolloutPageProps {
  path: PlanPath;
  environmentName: string;
  /** What is being written: the plan that there is, or a template's. */
  edit: string | undefined;
  onEdit: (edit: string | undefined) => void;
  /** Whether tenants are shown, too, that were taken back. */
  allAdmissions: boolean;
  onAllAdmissions: (all: boolean) => void;
}

/** For the plan that there is. */
export const PRESENT = "plan";

export function RolloutPage({
  path,
  environmentName,
  edit,
  onEdit,
  ...admissions
}: RolloutPageProps) {
  const plan = useQuery(planQuery(path));
  const templates = useQuery({
    ...templatesQuery(path.project),
    enabled: edit !== undefined && edit !== PRESENT && edit !== BLANK,
  });

  if (plan.data === undefined) {
    return plan.isError ? (
      <QueryError error={plan.error} onRetry={() => plan.refetch()} />
    ) : (
      <Skeleton height={260} role="status" aria-label={planText.loading} />
    );
  }
  const stale = plan.isError && <StaleBanner onRetry={() => plan.refetch()} />;
  const initial = initialOf(edit, plan.data?.view.plan, templates.data);
  if (edit !== undefined && initial !== undefined) {
    return (
      <>
        {stale}
        <PlanEditor
          key={edit}
          path={path}
          initial={initial}
          seen={plan.data}
          onDone={(message) => {
            toastSaved(`plan/${path.environment}/${path.flag}`, message);
            onEdit(undefined);
          }}
          onDiscard={() => onEdit(undefined)}
        />
      </>
    );
  }
  return (
    <>
      {stale}
      {plan.data === null ? (
        <NoPlan project={path.project} environmentName={environmentName} onBegin={onEdit} />
      ) : (
        <Timeline path={path} seen={plan.data} onEdit={() => onEdit(PRESENT)} {...admissions} />
      )}
    </>
  );
}

function initialOf(
  edit: string | undefined,
  present: Plan | undefined,
  templates: readonly { key: string; plan: Plan }[] | undefined,
): Plan | undefined {
  if (edit === BLANK) {
    return blankPlan;
  }
  return edit === PRESENT ? present : templates?.find(({ key }) => key === edit)?.plan;
}
