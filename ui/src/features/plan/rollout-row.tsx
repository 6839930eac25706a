/** A plan in the list: its flag, where it stands, what its guard says, and what stops it at once. */
import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { DotsIcon, PauseIcon, PlayIcon, WarningIcon } from "@/design/icons";
import { Cell } from "@/design/virtual-rows";
import { usePlanCommands } from "@/features/plan/commands";
import { Countdown } from "@/features/plan/countdown";
import { isUnderWay, type PlanPath, type PlanSummary, planQuery } from "@/features/plan/plan";
import { StageProgress } from "@/features/plan/stage-strip";
import { StatusBadge } from "@/features/plan/status-badge";
import { rolloutText } from "@/text/rollout";
import classes from "./rollouts-page.module.css";

interface RolloutRowProps {
  path: PlanPath;
  plan: PlanSummary & { seenAt: number };
  tabIndex: 0 | -1;
}

const words = rolloutText;

export function RolloutRow({ path, plan, tabIndex }: RolloutRowProps) {
  return (
    <>
      <Cell className={classes.flag}>
        <Link
          to="/projects/$project/environments/$environment/flags/$flag/rollout"
          params={path}
          tabIndex={tabIndex}
        >
          {plan.name === "" ? plan.flag : plan.name}
        </Link>
        {plan.name !== "" && plan.name !== plan.flag && (
          <span className={classes.key}>{plan.flag}</span>
        )}
      </Cell>
      <Cell>
        <StatusBadge view={plan} />
        <span className={classes.waits}>
          <Waiting plan={plan} />
        </span>
      </Cell>
      <Cell>
        <StageProgress
          names={plan.stages}
          entered={plan.stage ?? -1}
          share={
            plan.bake_seconds == null || plan.bake_seconds === 0
              ? 1
              : Math.min(1, plan.baked_seconds / plan.bake_seconds)
          }
          ended={!isUnderWay(plan.status)}
        />
      </Cell>
      <Cell className={classes.guard}>
        <GuardWord plan={plan} />
      </Cell>
      <Cell className={classes.actions}>
        <Actions path={path} plan={plan} tabIndex={tabIndex} />
      </Cell>
    </>
  );
}

function Waiting({ plan }: Pick<RolloutRowProps, "plan">) {
  if (plan.trouble != null) {
    return (
      <span className={classes.trouble}>
        <WarningIcon size={13} /> {plan.trouble.detail}
      </span>
    );
  }
  if (plan.status === "paused") {
    return plan.pause == null ? null : words.pausesShort[plan.pause];
  }
  const wait = plan.waits[0];
  if (wait === undefined) {
    return null;
  }
  return (
    <>
      {words.waitsShort[wait.reason]}
      {wait.reason === "baking" && (
        <>
          {" "}
          <Countdown seconds={wait.seconds} seenAt={plan.seenAt} />
        </>
      )}
    </>
  );
}

function GuardWord({ plan: { guard, status } }: Pick<RolloutRowProps, "plan">) {
  if (guard == null || !isUnderWay(status)) {
    return <span className={classes.aside}>{words.list.noWord}</span>;
  }
  const { log10_evidence, log10_limit, holds, armed, randomised, minutes } = guard;
  const text =
    holds.length > 0
      ? words.guard.hold
      : minutes === 0
        ? words.guard.watching
        : !randomised
          ? words.guard.notRandomised
          : armed
            ? words.guard.armed
            : words.guard.blind;
  return (
    <>
      <span>{text}</span>
      {randomised && minutes > 0 && (
        <span className={classes.aside}>
          {words.guard.evidence(10 ** log10_evidence, 10 ** log10_limit)}
        </span>
      )}
    </>
  );
}

function Actions({ path, plan, tabIndex }: RolloutRowProps) {
  const [opened, setOpened] = useState(false);
  // The whole plan is asked for only by whoever is about to do something with it.
  const { data } = useQuery({ ...planQuery(path), enabled: opened, refetchInterval: false });
  const { ask, now, dialog, pending } = usePlanCommands(path, data ?? undefined);
  const { status, stage } = plan;
  const active = isUnderWay(status);
  return (
    <>
      {active && (
        <Tooltip label={status === "running" ? words.commands.pause : words.commands.resume}>
          <ActionIcon
            variant="default"
            size={30}
            tabIndex={tabIndex}
            loading={pending}
            aria-label={words.list.action(
              status === "running" ? words.commands.pause : words.commands.resume,
              plan.flag,
            )}
            onClick={() => now(status === "running" ? "pause" : "resume")}
          >
            {status === "running" ? <PauseIcon size={14} /> : <PlayIcon size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
      <Menu position="bottom-end" width={200} onOpen={() => setOpened(true)}>
        <Menu.Target>
          <ActionIcon
            variant="default"
            size={30}
            tabIndex={tabIndex}
            aria-label={words.list.action(words.commands.more, plan.flag)}
          >
            <DotsIcon size={14} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown aria-label={words.list.action(words.commands.more, plan.flag)}>
          {!active && status !== "finished" && (
            <Menu.Item onClick={() => ask({ kind: "start" })}>
              {status === "draft" ? words.commands.start : words.commands.startAnew}
            </Menu.Item>
          )}
          {status === "running" && stage != null && (
            <Menu.Item onClick={() => ask({ kind: "approve" })}>{words.commands.approve}</Menu.Item>
          )}
          {active && stage != null && (
            <Menu.Item onClick={() => ask({ kind: "step-back" })}>
              {words.commands.stepBack}
            </Menu.Item>
          )}
          {active && (
            <>
              <Menu.Item onClick={() => ask({ kind: "finish" })}>{words.commands.finish}</Menu.Item>
              <Menu.Item color="red" onClick={() => ask({ kind: "roll-back" })}>
                {words.commands.rollBack}
              </Menu.Item>
            </>
          )}
          <Menu.Item color="red" onClick={() => ask({ kind: "kill" })}>
            {words.commands.kill}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog}
    </>
  );
}
