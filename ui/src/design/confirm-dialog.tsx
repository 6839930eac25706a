/** Asks once more before something that cannot be taken back lightly, and says if it failed. */
import { Button, Modal, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ApiProblem, Unreachable } from "@/api/problem";
import { commonText } from "@/text/common";
import { errorsText } from "@/text/errors";
import classes from "./confirm-dialog.module.css";

interface ConfirmDialogProps {
  opened: boolean;
  title: string;
  /** What will happen, and to whom. */
  children: ReactNode;
  /** A verb: "Archive the flag". */
  confirm: string;
  /** For what takes something away. */
  danger?: boolean;
  /** Whether to ask why; the answer is kept in the audit log. */
  reason?: "optional" | "required";
  /** Of the dialog, where more than a question stands in it. */
  size?: "md" | "lg";
  /** For what the caller asks besides, while it is not answered. */
  disabled?: boolean;
  /** Resolves once it is done, whereupon the dialog closes; what it rejects with is shown. */
  onConfirm: (reason: string) => Promise<unknown>;
  onClose: () => void;
  /** Where the way out without doing it is another than the one after it was done. */
  onCancel?: () => void;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onCancel ?? props.onClose}
      title={props.title}
      size={props.size ?? "md"}
      closeButtonProps={{ "aria-label": commonText.close }}
      centered
    >
      {props.opened && <Question {...props} />}
    </Modal>
  );
}

function Question({
  children,
  confirm,
  danger = false,
  reason,
  disabled = false,
  onConfirm,
  onClose,
  onCancel = onClose,
}: ConfirmDialogProps) {
  const [why, setWhy] = useState("");
  const action = useMutation({ mutationFn: () => onConfirm(why.trim()), onSuccess: onClose });
  const isAnswered = reason !== "required" || why.trim() !== "";
  return (
    <form
      className={classes.question}
      onSubmit={(event) => {
        event.preventDefault();
        if (isAnswered && !disabled && !action.isPending) {
          action.mutate();
        }
      }}
    >
      <div className={classes.text}>{children}</div>
      {reason !== undefined && (
        <Textarea
          label={commonText.reason}
          description={reason === "required" ? undefined : commonText.reasonOptional}
          required={reason === "required"}
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
          autosize
          minRows={2}
          maxLength={500}
          data-autofocus
        />
      )}
      {action.isError && (
        <p className={classes.error} role="alert">
          {whyNot(action.error)}
        </p>
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={onCancel}>
          {commonText.cancel}
        </Button>
        <Button
          type="submit"
          {...(danger && { color: "red" })}
          disabled={disabled || !isAnswered}
          loading={action.isPending}
        >
          {confirm}
        </Button>
      </div>
    </form>
  );
}

/** In words, for a place without room for a whole notice. */
export function whyNot(error: Error): string {
  if (error instanceof Unreachable) {
    return errorsText.unreachableTitle;
  }
  if (error instanceof ApiProblem && error.status === 403) {
    return errorsText.notAllowed;
  }
  const problems = error instanceof ApiProblem ? error.problems.map(({ message }) => message) : [];
  return problems.length > 0 ? problems.join(" ") : error.message;
}
