/** What can be done with a plan as it stands, each with what it does to whom before it is done. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { whyNot } from "@/design/confirm-dialog";
import { DotsIcon, PauseIcon, PlayIcon, StepBackIcon } from "@/design/icons";
import { toastRefused, toastSaved } from "@/features/flags/changed-toast";
import { type Asking, CommandDialog } from "@/features/plan/command-dialogs";
import {
  type Command,
  commandPlan,
  deletePlan,
  killFlag,
  type PlanPath,
  planKey,
  type SeenPlan,
} from "@/features/plan/plan";
import { rolloutText } from "@/text/rollout";
import classes from "./timeline.module.css";

const words = rolloutText.commands;

/** The ways to change a plan, each of which shows what has become of it. */
export function usePlanCommands(path: PlanPath, seen: SeenPlan | undefined) {
  const client = useQueryClient();
  const [asking, setAsking] = useState<Asking>();
  /** Its newest message takes the place of an older one. */
  const toast = `plan/${path.environment}/${path.flag}`;
  const refresh = () => client.invalidateQueries({ queryKey: planKey(path) });
  const command = useMutation({
    mutationFn: (wanted: Command) => commandPlan(path, wanted),
    onSuccess: (changed, { kind }) => {
      // What was asked about is done: nothing of it is to be asked of the plan as it is now.
      setAsking(undefined);
      client.setQueryData(planKey(path), changed);
      toastSaved(toast, words.done[kind]);
      // Who came in, and who comes in next, is another matter now.
      void refresh();
    },
    onError: () => void refresh(),
  });
  const dialog = asking !== undefined && seen !== undefined && (
    <CommandDialog
      path={path}
      view={seen.view}
      asking={asking}
      busy={command.isPending}
      onCommand={(wanted) => command.mutateAsync(wanted)}
      onRemove={async () => {
        await deletePlan(path, seen.etag);
        toastSaved(toast, words.removed);
        client.setQueryData(planKey(path), null);
      }}
      onKill={async (reason, tenant) => {
        const { propagation } = await killFlag(path, reason, tenant);
        const everybody =
          propagation == null
            ? words.killedUnknown
            : words.killed(propagation.confirmed, propagation.sdks);
        toastSaved(toast, tenant === undefined ? everybody : words.killedTenant(tenant));
        void refresh();
      }}
      onClose={() => setAsking(undefined)}
    />
  );
  /** For what harms nobody: pausing and going on. */
  const now = (kind: "pause" | "resume") =>
    command.mutate(
      { kind, reason: "" },
      {
        onError: (error) => toastRefused(toast, words.failed(whyNot(error))),
      },
    );
  return { ask: setAsking, now, dialog, pending: command.isPending };
}

export type PlanCommands = ReturnType<typeof usePlanCommands>;

interface CommandBarProps {
  seen: SeenPlan;
  commands: PlanCommands;
  onEdit: () => void;
}

export function CommandBar({
  seen: { view },
  commands: { ask, now, pending },
  onEdit,
}: CommandBarProps) {
  const { status, waits } = view;
  const entered = view.stage != null;
  const active = status === "running" || status === "paused";
  const needsApproval = waits.some(({ reason }) => reason === "approval");
  const isBlind = waits.some(({ reason }) => reason === "blind");
  return (
    <fieldset className={classes.commands} aria-label={words.label}>
      {status === "running" && entered && needsApproval && (
        <Button onClick={() => ask({ kind: "approve" })}>{words.approve}</Button>
      )}
      {status === "running" && entered && !needsApproval && isBlind && (
        <Button onClick={() => ask({ kind: "approve-anyway" })}>{words.approveAnyway}</Button>
      )}
      {(status === "draft" || status === "rolled_back") && (
        <Button leftSection={<PlayIcon size={14} />} onClick={() => ask({ kind: "start" })}>
          {status === "draft" ? words.start : words.startAnew}
        </Button>
      )}
      {status === "running" && (
        <Button
          variant="default"
          leftSection={<PauseIcon size={14} />}
          loading={pending}
          onClick={() => now("pause")}
        >
          {words.pause}
        </Button>
      )}
      {status === "paused" && (
        <Button
          leftSection={<PlayIcon size={14} />}
          loading={pending}
          onClick={() => now("resume")}
        >
          {words.resume}
        </Button>
      )}
      {active && entered && (
        <Button
          variant="default"
          leftSection={<StepBackIcon size={14} />}
          onClick={() => ask({ kind: "step-back" })}
        >
          {words.stepBack}
        </Button>
      )}
      {!active && (
        <Button variant="default" onClick={onEdit}>
          {status === "draft" ? words.edit : words.anew}
        </Button>
      )}
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={words.more}>
            <DotsIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown aria-label={words.more}>
          {active && <Menu.Item onClick={onEdit}>{words.edit}</Menu.Item>}
          {status === "running" && entered && (
            <>
              {!needsApproval && !view.approved && (
                <Menu.Item onClick={() => ask({ kind: "approve" })}>{words.approve}</Menu.Item>
              )}
              <Menu.Item onClick={() => ask({ kind: "approve-anyway" })}>
                {words.approveAnyway}
              </Menu.Item>
            </>
          )}
          {active && (
            <>
              <Menu.Item onClick={() => ask({ kind: "finish" })}>{words.finish}</Menu.Item>
              <Menu.Item color="red" onClick={() => ask({ kind: "roll-back" })}>
                {words.rollBack}
              </Menu.Item>
            </>
          )}
          {!active && (
            <Menu.Item color="red" onClick={() => ask({ kind: "remove" })}>
              {words.remove}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </fieldset>
  );
}
