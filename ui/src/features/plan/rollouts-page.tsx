/** All plans of an environment, those under way first, to be held or taken back from here. */
import { SegmentedControl, Skeleton } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { StepsIcon } from "@/design/icons";
import { Notice } from "@/design/notice";
import { PageHeader } from "@/design/page-header";
import { usePaged } from "@/design/paged";
import { QueryError, StaleBanner } from "@/design/query-error";
import { type Column, VirtualRows } from "@/design/virtual-rows";
import { PLAN_FILTERS, type PlanFilter, plansQuery } from "@/features/plan/plan";
import { RolloutRow } from "@/features/plan/rollout-row";
import { usePlace } from "@/features/projects/place";
import { commonText } from "@/text/common";
import { rolloutText } from "@/text/rollout";
import classes from "./rollouts-page.module.css";

interface RolloutsPageProps {
  filter: PlanFilter;
  onFilter: (filter: PlanFilter) => void;
}

const words = rolloutText.list;

const COLUMNS: readonly Column[] = [
  { key: "flag", head: words.flag, width: "minmax(11rem, 1.4fr)" },
  { key: "state", head: words.state, width: "minmax(10rem, 1.3fr)" },
  { key: "stages", head: words.stages, width: "minmax(12rem, 2fr)" },
  { key: "guard", head: words.guard, width: "minmax(7rem, 0.9fr)" },
  { key: "actions", head: <span className="visually-hidden">{words.actions}</span>, width: "9rem" },
];

export function RolloutsPage({ filter, onFilter }: RolloutsPageProps) {
  const { project, environment } = usePlace();
  useDocumentTitle(commonText.pageTitle(words.title, environment.name));
  const navigate = useNavigate();
  const query = useInfiniteQuery(plansQuery(project, environment.key, filter));
  const { rows, more } = usePaged(query);
  return (
    <>
      <PageHeader
        title={words.title}
        description={words.description(environment.name)}
        actions={
          <SegmentedControl
            aria-label={words.filter}
            value={filter}
            onChange={(value) => onFilter(value as PlanFilter)}
            data={PLAN_FILTERS.map((value) => ({ value, label: words.filters[value] }))}
          />
        }
      />
      {query.isError && rows !== undefined && <StaleBanner onRetry={() => query.refetch()} />}
      {rows === undefined ? (
        query.isError ? (
          <QueryError error={query.error} onRetry={() => query.refetch()} />
        ) : (
          <Skeleton height={240} role="status" aria-label={words.loading} />
        )
      ) : rows.length === 0 ? (
        <None project={project} environment={environment.key} filter={filter} onFilter={onFilter} />
      ) : (
        <div className={classes.list}>
          <VirtualRows
            label={words.title}
            columns={COLUMNS}
            rows={rows}
            rowKey={({ flag }) => flag}
            more={more}
            stale={query.isPlaceholderData}
            estimate={72}
            rowClassName={classes.row}
            onOpen={({ flag }) =>
              void navigate({
                to: "/projects/$project/environments/$environment/flags/$flag/rollout",
                params: { project, environment: environment.key, flag },
              })
            }
          >
            {(plan, { tabIndex }) => (
              <RolloutRow
                path={{ project, environment: environment.key, flag: plan.flag }}
                plan={plan}
                tabIndex={tabIndex}
              />
            )}
          </VirtualRows>
        </div>
      )}
    </>
  );
}

interface NoneProps extends RolloutsPageProps {
  project: string;
  environment: string;
}

function None({ project, environment, filter, onFilter }: NoneProps) {
  if (filter !== "all") {
    return (
      <Notice
        icon={<StepsIcon size={20} />}
        title={words.noneInView}
        action={
          <button type="button" className={classes.link} onClick={() => onFilter("all")}>
            {words.showAll}
          </button>
        }
      />
    );
  }
  return (
    <Notice
      icon={<StepsIcon size={20} />}
      title={words.none}
      action={
        <Link
          className={classes.link}
          to="/projects/$project/environments/$environment/flags"
          params={{ project, environment }}
        >
          {words.toFlags}
        </Link>
      }
    >
      {words.noneText}
    </Notice>
  );
}
