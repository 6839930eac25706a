/** Why a change was refused, in a form; and the way on where there is one. */
import { Button } from "@mantine/core";
import { ApiProblem, hasStatus, Unreachable } from "@/api/problem";
import { errorsText } from "@/text/errors";
import { refusalText } from "@/text/refusal";
import classes from "./refusal.module.css";

interface RefusalProps {
  error: Error | null;
  /** Problems of these paths are shown at their fields. */
  shownElsewhere?: (path: string) => boolean;
  /** Does it all the same, although tenants lose a flag while its plan is under way. */
  onDemote?: (() => void) | undefined;
}

export function Refusal({ error, shownElsewhere = () => false, onDemote }: RefusalProps) {
  if (error === null) {
    return null;
  }
  const demotes = error instanceof ApiProblem && error.code === "demotes";
  const problems =
    error instanceof ApiProblem ? error.problems.filter(({ path }) => !shownElsewhere(path)) : [];
  if (error instanceof ApiProblem && error.problems.length > 0 && problems.length === 0) {
    return null;
  }
  return (
    <div className={classes.refusal} role="alert">
      <p>{demotes ? refusalText.demotes : reasonOf(error)}</p>
      {problems.length > 0 && (
        <ul>
          {problems.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              {path !== "" && <code>{path}</code>} {message}
            </li>
          ))}
        </ul>
      )}
      {demotes && <p>{error.detail}</p>}
      {demotes && onDemote !== undefined && (
        <Button size="compact-sm" color="red" variant="light" onClick={onDemote}>
          {refusalText.allTheSame}
        </Button>
      )}
    </div>
  );
}

export function reasonOf(error: Error): string {
  if (error instanceof Unreachable) {
    return refusalText.unreachable;
  }
  if (hasStatus(error, 403)) {
    return errorsText.notAllowed;
  }
  if (hasStatus(error, 412)) {
    return refusalText.stale;
  }
  return error instanceof ApiProblem ? refusalText.said(error.detail) : error.message;
}
