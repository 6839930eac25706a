/** Whether the log is what was written, in words. */
import { CloseButton } from "@mantine/core";
import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { CopyButton } from "@/design/copy-button";
import { CheckIcon, WarningIcon } from "@/design/icons";
import { reasonOf } from "@/design/refusal";
import { type Verification, verifyLog } from "@/features/audit/audit";
import { auditText } from "@/text/audit";
import classes from "./audit.module.css";

const words = auditText;

export function useVerify(project: string) {
  return useMutation({ mutationFn: () => verifyLog(project) });
}

interface VerifyResultProps {
  verify: Pick<
    UseMutationResult<Verification, Error, void>,
    "data" | "error" | "isPending" | "reset"
  >;
}

export function VerifyResult({ verify }: VerifyResultProps) {
  const { data, error } = verify;
  if (verify.isPending) {
    return (
      <p role="status" className="visually-hidden">
        {words.verifying}
      </p>
    );
  }
  if (error !== null) {
    return (
      <div className={classes.verdict} data-bad role="alert">
        <WarningIcon size={18} />
        <div>{reasonOf(error)}</div>
        <CloseButton aria-label={words.close} onClick={verify.reset} />
      </div>
    );
  }
  if (data === undefined) {
    return null;
  }
  const { broken } = data;
  return (
    <div
      className={classes.verdict}
      data-bad={!data.intact || undefined}
      role={data.intact ? "status" : "alert"}
    >
      {data.intact ? <CheckIcon size={18} /> : <WarningIcon size={18} />}
      <div>
        <strong>{data.intact ? words.intactTitle : words.brokenTitle}</strong>
        {broken == null ? (
          <p>{words.intact(data.entries)}</p>
        ) : (
          <p>
            {words.broken[broken.why](broken.seq)} {words.good(data.entries)} {words.brokenHelp}
          </p>
        )}
        <p>
          {words.head} <code className={classes.hash}>{data.head}</code>
          <CopyButton value={data.head} label={words.copyHash} />
        </p>
      </div>
      <CloseButton aria-label={words.close} onClick={verify.reset} />
    </div>
  );
}
