/** Two tenants beside each other: which flags one has and the other has not, and why. */
import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BuildingIcon, CheckIcon, SwapIcon } from "@/design/icons";
import { FilterChoice, ListPanel, ListSkeleton, ListToolbar } from "@/design/list-panel";
import { Notice } from "@/design/notice";
import { PageHeader } from "@/design/page-header";
import { QueryError, StaleBanner } from "@/design/query-error";
import { Cell, VirtualRows } from "@/design/virtual-rows";
import type { Environment } from "@/features/projects/projects";
import { AnswerBadge } from "@/features/tenants/answer-badge";
import { compareFacts, type TenantFlag, tenantFlagsQuery } from "@/features/tenants/facts";
import { TenantPicker } from "@/features/tenants/tenant-picker";
import { commonText } from "@/text/common";
import { tenantsText } from "@/text/tenants";
import classes from "./compare.module.css";
import facts from "./facts.module.css";

export interface CompareView {
  left?: string;
  right?: string;
  /** Also flags that answer both the same. */
  all?: boolean;
}

interface ComparePageProps {
  project: string;
  environment: Environment;
  view: CompareView;
  onView: (view: CompareView) => void;
}

const words = tenantsText.compare;

export function ComparePage({ project, environment, view, onView }: ComparePageProps) {
  useDocumentTitle(commonText.pageTitle(words.title, environment.name));
  const { left, right, all = false } = view;
  const ready = left !== undefined && right !== undefined;
  const leftFacts = useQuery({
    ...tenantFlagsQuery(project, environment.key, left ?? ""),
    enabled: left !== undefined,
  });
  const rightFacts = useQuery({
    ...tenantFlagsQuery(project, environment.key, right ?? ""),
    enabled: right !== undefined,
  });
  const failed = [leftFacts, rightFacts].find((query) => query.isError);
  const rows =
    leftFacts.data && rightFacts.data && compareFacts(leftFacts.data.items, rightFacts.data.items);
  const differing = rows?.filter(({ differs }) => differs);
  const shown = all ? rows : differing;

  return (
    <>
      <PageHeader
        title={words.title}
        breadcrumbs={[
          <Link key="tenants" to="/projects/$project/tenants" params={{ project }}>
            {tenantsText.tenant.back}
          </Link>,
        ]}
      />
      <div className={classes.pickers}>
        <TenantPicker
          project={project}
          label={words.left}
          value={left}
          onChange={(key) => onView({ ...view, left: key })}
        />
        <Button
          variant="default"
          className={classes.swap}
          aria-label={words.swap}
          disabled={!ready}
          onClick={() => {
            if (ready) {
              onView({ ...view, left: right, right: left });
            }
          }}
        >
          <SwapIcon />
        </Button>
        <TenantPicker
          project={project}
          label={words.right}
          value={right}
          onChange={(key) => onView({ ...view, right: key })}
        />
      </div>
      {ready && rows !== undefined && (
        <ListToolbar>
          <FilterChoice
            label={words.show}
            choices={[
              { value: "differing", label: words.shows.differing },
              { value: "all", label: words.shows.all },
            ]}
            value={all ? "all" : "differing"}
            onChange={(value) => {
              const { all: _, ...rest } = view;
              onView(value === "all" ? { ...rest, all: true } : rest);
            }}
          />
          <span role="status" className={classes.summary}>
            {words.summary(differing?.length ?? 0, rows.length)}
          </span>
        </ListToolbar>
      )}
      {failed?.error && rows !== undefined && <StaleBanner onRetry={() => failed.refetch()} />}
      <ListPanel label={words.title}>
        {!ready && (
          <Notice icon={<BuildingIcon size={20} />} title={words.pickTitle}>
            {words.pick}
          </Notice>
        )}
        {ready &&
          rows === undefined &&
          (failed?.error ? (
            <QueryError error={failed.error} onRetry={() => failed.refetch()} />
          ) : (
            <ListSkeleton label={words.loading} />
          ))}
        {ready && shown?.length === 0 && (
          <Notice
            icon={<CheckIcon size={20} />}
            title={words.sameTitle}
            action={
              <Button variant="default" onClick={() => onView({ ...view, all: true })}>
                {words.showAll}
              </Button>
            }
          >
            {words.same}
          </Notice>
        )}
        {ready && shown !== undefined && shown.length > 0 && (
          <VirtualRows
            label={words.title}
            rows={shown}
            rowKey={({ flag }) => flag}
            rowProps={({ flag, differs }) => ({
              "data-flag": flag,
              "data-differs": String(differs),
            })}
            rowClassName={facts.row}
            estimate={62}
            columns={[
              { key: "flag", head: words.flag, width: "minmax(9rem, 1fr)" },
              { key: "left", head: left, width: "minmax(12rem, 2fr)" },
              { key: "right", head: right, width: "minmax(12rem, 2fr)" },
            ]}
          >
            {(row, { tabIndex }) => (
              <>
                <Cell className={facts.flag}>
                  <Link
                    to="/projects/$project/environments/$environment/flags/$flag"
                    params={{ project, environment: environment.key, flag: row.flag }}
                    tabIndex={tabIndex}
                  >
                    {row.flag}
                  </Link>
                </Cell>
                <Side fact={row.left} tenant={left} />
                <Side fact={row.right} tenant={right} />
              </>
            )}
          </VirtualRows>
        )}
      </ListPanel>
    </>
  );
}

function Side({ fact, tenant }: { fact: TenantFlag | undefined; tenant: string }) {
  return (
    <Cell className={facts.side} label={tenant}>
      {fact === undefined ? (
        <span className={facts.muted}>{words.missing}</span>
      ) : (
        <>
          <AnswerBadge on={fact.on} variant={fact.variant} />
          <span className={facts.why}>{fact.why}</span>
        </>
      )}
    </Cell>
  );
}
