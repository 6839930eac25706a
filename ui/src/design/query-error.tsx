/** What to show for data that did not come, by why it did not. */
import { Button } from "@mantine/core";
import { ApiProblem, Unreachable } from "@/api/problem";
import { CloudOffIcon, LockIcon, SearchIcon, WarningIcon } from "@/design/icons";
import { Notice } from "@/design/notice";
import { commonText } from "@/text/common";
import { errorsText } from "@/text/errors";
import classes from "./query-error.module.css";

interface QueryErrorProps {
  error: Error;
  onRetry: () => void;
}

const words = errorsText;

export function QueryError({ error, onRetry }: QueryErrorProps) {
  const retry = (
    <Button variant="default" onClick={onRetry}>
      {commonText.retry}
    </Button>
  );
  if (error instanceof Unreachable) {
    return (
      <Notice alert icon={<CloudOffIcon size={20} />} title={words.unreachableTitle} action={retry}>
        {words.unreachable}
      </Notice>
    );
  }
  if (error instanceof ApiProblem && error.status === 403) {
    return (
      <Notice alert icon={<LockIcon size={20} />} title={words.forbiddenTitle}>
        {words.forbidden}
      </Notice>
    );
  }
  if (error instanceof ApiProblem && error.status === 404) {
    return (
      <Notice
        alert
        icon={<SearchIcon size={20} />}
        title={words.missingTitle}
        action={
          <Button component="a" href="/" variant="default">
            {words.home}
          </Button>
        }
      >
        {words.missing}
      </Notice>
    );
  }
  return (
    <Notice alert icon={<WarningIcon size={20} />} title={words.unexpectedTitle} action={retry}>
      {error instanceof ApiProblem ? words.unexpected(error.detail) : words.crashed}
      {error instanceof ApiProblem && error.requestId !== undefined && (
        <span className={classes.request}>{words.requestId(error.requestId)}</span>
      )}
    </Notice>
  );
}

/** Above data that is still shown though it could not be read again. */
export function StaleBanner({ onRetry }: { onRetry: () => void }) {
  return (
    <div className={classes.banner} role="status">
      <CloudOffIcon />
      <span>{words.stale}</span>
      <Button variant="subtle" color="gray" size="compact-sm" onClick={onRetry}>
        {commonText.retry}
      </Button>
    </div>
  );
}
