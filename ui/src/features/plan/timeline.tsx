/** A plan as it goes on: where it stands, what comes next and when, and what its guard sees. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { WarningIcon } from "@/design/icons";
import { Admissions } from "@/features/plan/admissions";
import { CommandBar, usePlanCommands } from "@/features/plan/commands";
import { Decisions } from "@/features/plan/decisions";
import { GuardPanel } from "@/features/plan/guard-panel";
import {
  admissionsQuery,
  type PlanPath,
  type PlanView,
  planKey,
  previewQuery,
  type SeenPlan,
} from "@/features/plan/plan";
import { StageTrack } from "@/features/plan/stage-track";
import { StatusBadge } from "@/features/plan/status-badge";
import { TenantTable } from "@/features/plan/tenant-figures";
import { Waits } from "@/features/plan/waits";
import { rolloutText } from "@/text/rollout";
import classes from "./timeline.module.css";

interface TimelineProps {
  path: PlanPath;
  seen: SeenPlan;
  onEdit: () => void;
  allAdmissions: boolean;
  onAllAdmissions: (all: boolean) => void;
}

const words = rolloutText;

export function Timeline({ path, seen, onEdit, allAdmissions, onAllAdmissions }: TimelineProps) {
  const client = useQueryClient();
  const commands = usePlanCommands(path, seen);
  const { view } = seen;
  const ended = view.status === "finished" || view.status === "rolled_back";
  const preview = useQuery({ ...previewQuery(path, view.plan), enabled: !ended });
  const first = useInfiniteQuery({
    ...admissionsQuery(path, allAdmissions),
    enabled: view.status !== "draft",
  });
  const admitted = first.data?.pages[0]?.stages ?? [];
  const { project, environment, flag } = path;
  const refresh = useCallback(() => {
    void client.invalidateQueries({ queryKey: planKey({ project, environment, flag }) });
  }, [client, project, environment, flag]);

  return (
    <div className={classes.timeline}>
      <section className={classes.card} aria-label={words.status[view.status]}>
        <header className={classes.header}>
          <div className={classes.heading}>
            <StatusBadge view={view} />
            <h2 className={classes.summary}>{summaryOf(view)}</h2>
          </div>
          <CommandBar seen={seen} commands={commands} onEdit={onEdit} />
        </header>
        {view.status === "paused" && view.pause != null && (
          <p className={classes.paused} data-harm={isHarm(view.pause) || undefined}>
            <span>{words.pauses[view.pause]}</span>
            <PausedWhy view={view} />
          </p>
        )}
        {view.trouble != null && (
          <p className={classes.trouble} role="alert">
            <WarningIcon /> {words.trouble(view.trouble.detail, view.trouble.since)}
          </p>
        )}
        <StageTrack
          seen={seen}
          preview={ended ? undefined : preview.data}
          admitted={admitted}
          onOver={refresh}
        />
        {view.status === "running" && <Waits seen={seen} />}
      </section>
      {view.status !== "draft" && (
        <>
          <div className={classes.columns}>
            <div className={classes.main}>
              <GuardPanel view={view} />
              <TenantTable
                path={path}
                view={view}
                onKill={(tenant) => commands.ask({ kind: "kill-tenant", tenant })}
              />
            </div>
            <Decisions view={view} />
          </div>
          <Admissions
            path={path}
            all={allAdmissions}
            onAll={onAllAdmissions}
            count={view.admissions}
            decision={view.decisions[0]?.number ?? 0}
          />
        </>
      )}
      {commands.dialog}
    </div>
  );
}

/** Whose words they were that stopped it, where there are any. */
function PausedWhy({ view }: { view: PlanView }) {
  const decision = view.decisions.find(({ pause }) => pause === view.pause);
  return decision?.reason == null ? null : <span className={classes.why}>{decision.reason}</span>;
}

function isHarm(pause: PlanView["pause"]): boolean {
  return pause === "harm" || pause === "trips";
}

function summaryOf(view: PlanView): string {
  const { status, stage, plan } = view;
  if (status === "draft" || status === "finished" || status === "rolled_back") {
    return words.summary[status];
  }
  return stage == null
    ? words.summary.starting
    : words.summary.stage(stage + 1, plan.stages.length, plan.stages[stage]?.name ?? "");
}
