/** Asks once more before a plan does something, and says to whom it does it. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ConfirmDialog, whyNot } from "@/design/confirm-dialog";
import {
  type Command,
  type PlanPath,
  type PlanView,
  previewQuery,
  retractionQuery,
} from "@/features/plan/plan";
import { formatShare } from "@/text/format";
import { rolloutText } from "@/text/rollout";
import classes from "./command-dialogs.module.css";

/** What is being asked about. */
export type Asking =
  | { kind: "start" | "approve" | "approve-anyway" | "step-back" | "roll-back" | "finish" }
  | { kind: "remove" | "kill" }
  | { kind: "kill-tenant"; tenant: string };

interface CommandDialogProps {
  path: PlanPath;
  view: PlanView;
  asking: Asking;
  /** Whether the plan is being told. */
  busy: boolean;
  onCommand: (command: Command) => Promise<unknown>;
  onRemove: () => Promise<unknown>;
  onKill: (reason: string, tenant?: string) => Promise<unknown>;
  onClose: () => void;
}

const words = rolloutText.commands;
/** So many tenants are named. */
const NAMED = 12;

export function CommandDialog(props: CommandDialogProps) {
  const { view, asking, onCommand, onRemove, onKill, onClose } = props;
  const current = view.stage == null ? undefined : view.plan.stages[view.stage];
  const next = view.plan.stages[(view.stage ?? -1) + 1];
  const dialog = (title: string, confirm: string, options: Options, children: ReactNode) => (
    <ConfirmDialog opened title={title} confirm={confirm} onClose={onClose} {...options}>
      <div className={classes.text}>{children}</div>
    </ConfirmDialog>
  );
  const stage = view.stage ?? null;
  const command = (kind: Exclude<Command["kind"], "approve" | "step-back">) => (reason: string) =>
    onCommand({ kind, reason });
  const comes = <ComesIn {...props} />;

  switch (asking.kind) {
    case "start":
      return dialog(
        words.startTitle,
        view.status === "rolled_back" ? words.startAnew : words.start,
        { reason: "optional", onConfirm: command("start") },
        comes,
      );
    case "approve":
    case "approve-anyway": {
      const override = asking.kind === "approve-anyway";
      return dialog(
        next === undefined ? words.approveEndTitle : words.approveTitle(next.name),
        override ? words.approveAnyway : words.approve,
        {
          reason: "optional",
          onConfirm: (reason) => onCommand({ kind: "approve", reason, stage, override }),
        },
        <>
          <p>{override ? words.approveAnywayText : words.approveText}</p>
          {next !== undefined && comes}
        </>,
      );
    }
    case "step-back":
      return dialog(
        words.stepBackTitle(current?.name ?? ""),
        words.stepBack,
        {
          reason: "optional",
          danger: true,
          onConfirm: (reason) => onCommand({ kind: "step-back", reason, stage }),
        },
        <>
          <p>{words.stepBackText}</p>
          <GoesOut {...props} of="step_back" />
        </>,
      );
    case "roll-back":
      return dialog(
        words.rollBackTitle,
        words.rollBack,
        { reason: "optional", danger: true, onConfirm: command("roll-back") },
        <>
          <p>{words.rollBackText}</p>
          <GoesOut {...props} of="roll_back" />
        </>,
      );
    case "finish":
      return dialog(
        words.finishTitle,
        words.finish,
        { reason: "optional", onConfirm: command("finish") },
        <p>{words.finishText}</p>,
      );
    case "remove":
      return dialog(
        words.removeTitle,
        words.remove,
        { danger: true, onConfirm: onRemove },
        <p>{words.removeText}</p>,
      );
    case "kill":
      return dialog(
        words.killTitle,
        words.kill,
        { reason: "required", danger: true, onConfirm: (reason) => onKill(reason) },
        <p>{words.killText}</p>,
      );
    case "kill-tenant":
      return dialog(
        words.killTenantTitle(asking.tenant),
        words.killTenant(asking.tenant),
        {
          reason: "required",
          danger: true,
          onConfirm: (reason) => onKill(reason, asking.tenant),
        },
        <p>{words.killTenantText}</p>,
      );
  }
}

interface Options {
  reason?: "optional" | "required";
  danger?: boolean;
  onConfirm: (reason: string) => Promise<unknown>;
}

/** Whom the next stage admits. */
function ComesIn({ path, view }: Pick<CommandDialogProps, "path" | "view">) {
  const { data, error } = useQuery(previewQuery(path, view.plan));
  const next = data?.stages[0];
  if (error !== null) {
    return <p>{words.notCounted(whyNot(error))}</p>;
  }
  if (data === undefined) {
    return <p role="status">{words.counting}</p>;
  }
  if (next === undefined || next.turned_on.count === 0) {
    return <p>{words.nobodyComesIn}</p>;
  }
  const { count, share_of_requests } = next.turned_on;
  return (
    <>
      <p>{words.comesIn(count, formatShare(share_of_requests))}</p>
      <Names names={next.largest} all={count} />
    </>
  );
}

interface GoesOutProps extends Pick<CommandDialogProps, "path" | "view" | "busy"> {
  of: "step_back" | "roll_back";
}

/** Who loses the flag with the newest stage, or with all of them. */
function GoesOut({ path, view, busy, of }: GoesOutProps) {
  const decision = view.decisions[0]?.number ?? 0;
  // What is under way is not asked about any more.
  const { data, error } = useQuery({ ...retractionQuery(path, of, decision), enabled: !busy });
  if (error !== null) {
    return <p>{words.notCounted(whyNot(error))}</p>;
  }
  if (data === undefined) {
    return <p role="status">{words.counting}</p>;
  }
  const { off, on, largest } = data;
  return (
    <>
      <p>
        <strong>{words.goesOut(off.count, formatShare(off.share_of_requests))}</strong>{" "}
        {words.keeps(on.count)} {words.others}
      </p>
      <Names names={largest} all={off.count} />
    </>
  );
}

function Names({ names, all }: { names: readonly string[]; all: number }) {
  const shown = names.slice(0, NAMED);
  return shown.length === 0 ? null : (
    <p className={classes.names}>
      {shown.join(", ")}
      {all > shown.length && ` ${words.andMore(all - shown.length)}`}
    </p>
  );
}
