/** Who comes in at each stage of a plan, as it is written at this moment. */
import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { ApiProblem } from "@/api/problem";
import { whyNot } from "@/design/confirm-dialog";
import type { PlanPreview as Preview } from "@/features/plan/plan";
import { formatShare } from "@/text/format";
import { planText } from "@/text/plan";
import classes from "./plan-preview.module.css";

interface PlanPreviewProps {
  query: UseQueryResult<Preview, Error>;
  /** Whether a field holds what cannot be sent. */
  wrong: boolean;
}

const words = planText.preview;
/** So many of the largest are named at once. */
const NAMED = 5;

export function PlanPreview({ query, wrong }: PlanPreviewProps) {
  const { data, error, isPlaceholderData } = query;
  const isWrong = wrong || (error instanceof ApiProblem && error.problems.length > 0);
  return (
    <section className={classes.preview} aria-label={words.title} aria-busy={query.isFetching}>
      <h2 className={classes.title}>{words.title}</h2>
      {isWrong && <p className={classes.wrong}>{words.wrong}</p>}
      {!isWrong && error !== null && (
        <p className={classes.wrong} role="alert">
          {words.failed(whyNot(error))}
        </p>
      )}
      {!isWrong && error === null && data === undefined && (
        <Skeleton height={180} role="status" aria-label={words.loading} />
      )}
      {data !== undefined && !(isWrong && isPlaceholderData && data.stages.length === 0) && (
        <div data-stale={isPlaceholderData || isWrong || undefined} className={classes.body}>
          <Stages preview={data} />
        </div>
      )}
      <p className={classes.help}>{words.explain}</p>
    </section>
  );
}

function Stages({ preview }: { preview: Preview }) {
  if (preview.tenants === 0) {
    return <p className={classes.help}>{words.emptyRoster}</p>;
  }
  if (preview.stages.length === 0) {
    return <p className={classes.help}>{words.none}</p>;
  }
  return (
    <>
      <p className={classes.help}>{words.roster(preview.tenants)}</p>
      <ol className={classes.stages}>
        {preview.stages.map(({ name, on, turned_on, largest }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: names may be equal while they are written
          <li key={index} className={classes.stage}>
            <div className={classes.line}>
              <strong className={classes.name}>{name}</strong>
              <span className={classes.comes}>{words.comesIn(turned_on.count)}</span>
            </div>
            <div className={classes.bar} aria-hidden="true">
              <span style={{ width: `${on.share_of_tenants * 100}%` }} />
              <span
                style={{
                  left: `${(on.share_of_tenants - turned_on.share_of_tenants) * 100}%`,
                  width: `${turned_on.share_of_tenants * 100}%`,
                }}
              />
            </div>
            <div className={classes.total}>
              {words.total(on.count, formatShare(on.share_of_tenants))} ·{" "}
              {words.requests(formatShare(on.share_of_requests))}
            </div>
            {largest.length > 0 && (
              <div className={classes.largest}>
                {largest.slice(0, NAMED).join(", ")}
                {turned_on.count > NAMED && ` ${words.more(turned_on.count - NAMED)}`}
              </div>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
