/** A project's debt: how deep it is, what a build would say of it, and each flag with its evidence. */
import { Button, Select, Skeleton } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { HourglassIcon, SettingsIcon } from "@/design/icons";
import { ListPanel } from "@/design/list-panel";
import { Notice } from "@/design/notice";
import { PageHeader } from "@/design/page-header";
import { QueryError, StaleBanner } from "@/design/query-error";
import { ArchiveDialog } from "@/features/debt/archive-dialog";
import {
  type DebtView,
  debtQuery,
  flagsOf,
  type Report,
  refreshDebt,
  SORTS,
  tagsOf,
} from "@/features/debt/debt";
import { DebtDetails } from "@/features/debt/debt-details";
import { DebtList } from "@/features/debt/debt-list";
import { DebtSummary } from "@/features/debt/debt-summary";
import { ExtendDialog } from "@/features/debt/extend-dialog";
import type { Gate } from "@/features/debt/gate";
import { StateFilter } from "@/features/debt/state-filter";
import { useNearestEnvironment } from "@/features/projects/place";
import { useLogged } from "@/live/log";
import { commonText } from "@/text/common";
import { debtText } from "@/text/debt";
import classes from "./debt-page.module.css";

export interface DebtSearch extends DebtView {
  gate?: Gate;
  /** The flag whose details are open. */
  flag?: string;
}

interface DebtPageProps {
  project: string;
  view: DebtSearch;
  onView: (view: DebtSearch) => void;
}

const words = debtText;

export function DebtPage({ project, view, onView }: DebtPageProps) {
  useDocumentTitle(commonText.pageTitle(words.title));
  const client = useQueryClient();
  const query = useQuery(debtQuery(project));
  const { data: report, error } = query;
  useLogged(() => void refreshDebt(client, project));
  return (
    <>
      <PageHeader
        title={words.title}
        description={words.description}
        actions={
          <Link
            to="/projects/$project/debt/policy"
            params={{ project }}
            className={classes.policy}
            preload="intent"
          >
            <SettingsIcon /> {words.policyLink}
          </Link>
        }
      />
      {error !== null && report !== undefined && <StaleBanner onRetry={() => query.refetch()} />}
      {report === undefined ? (
        error === null ? (
          <Skeleton height={320} role="status" aria-label={words.loading} />
        ) : (
          <QueryError error={error} onRetry={() => query.refetch()} />
        )
      ) : (
        <Loaded project={project} view={view} onView={onView} report={report} />
      )}
    </>
  );
}

function Loaded({ project, view, onView, report }: DebtPageProps & { report: Report }) {
  const [extending, setExtending] = useState<string>();
  const [archiving, setArchiving] = useState<string>();
  const environment = useNearestEnvironment();
  const flags = flagsOf(report, view);
  const find = (key: string | undefined) => report.flags.find((it) => it.key === key);
  const narrowed = view.state !== undefined || view.owner !== undefined || view.tag !== undefined;
  const toExtend = find(extending);
  const toArchive = find(archiving);
  const { flag: opened, ...rest } = view;

  return (
    <>
      <DebtSummary project={project} report={report} view={view} onView={onView} />
      {report.flags.length === 0 ? (
        <Notice icon={<HourglassIcon size={20} />} title={words.none}>
          {words.noneText}
        </Notice>
      ) : (
        <>
          <Filters report={report} view={view} onView={onView} shown={flags.length} />
          {flags.length === 0 ? (
            <Notice
              icon={<HourglassIcon size={20} />}
              title={words.noMatch}
              action={
                narrowed && (
                  <Button variant="default" onClick={() => onView({})}>
                    {words.clear}
                  </Button>
                )
              }
            >
              {words.noMatchText}
            </Notice>
          ) : (
            <ListPanel label={words.title}>
              <DebtList
                flags={flags}
                onOpen={(key) => onView({ ...view, flag: key })}
                onExtend={setExtending}
                onArchive={setArchiving}
              />
            </ListPanel>
          )}
        </>
      )}
      <DebtDetails
        project={project}
        flag={opened}
        found={find(opened)}
        link={
          environment !== undefined &&
          opened !== undefined && (
            <Link
              className={classes.policy}
              to="/projects/$project/environments/$environment/flags/$flag"
              params={{ project, environment: environment.key, flag: opened }}
            >
              {words.details.open}
            </Link>
          )
        }
        onClose={() => onView(rest)}
        onExtend={setExtending}
        onArchive={setArchiving}
      />
      {toExtend !== undefined && (
        <ExtendDialog
          project={project}
          flag={toExtend}
          most={report.policy.max_extensions ?? 2}
          onClose={() => setExtending(undefined)}
        />
      )}
      {toArchive !== undefined && (
        <ArchiveDialog project={project} flag={toArchive} onClose={() => setArchiving(undefined)} />
      )}
    </>
  );
}

interface FiltersProps extends Omit<DebtPageProps, "project"> {
  report: Report;
  shown: number;
}

function Filters({ report, view, onView, shown }: FiltersProps) {
  const owners = (report.owners ?? []).map(({ owner }) => owner ?? "");
  const without = (key: keyof DebtSearch): DebtSearch => {
    const { [key]: _, ...others } = view;
    return others;
  };
  return (
    <div className={classes.filters}>
      <StateFilter
        summary={report.summary}
        value={view.state}
        onChange={(state) => onView(state === undefined ? without("state") : { ...view, state })}
      />
      <div className={classes.selects}>
        <Select
          aria-label={words.owner}
          placeholder={words.anyOwner}
          data={owners.map((value) => ({
            value: value === "" ? NOBODY : value,
            label: value === "" ? words.nobody : value,
          }))}
          value={view.owner === undefined ? null : view.owner === "" ? NOBODY : view.owner}
          onChange={(value) =>
            onView(
              value === null ? without("owner") : { ...view, owner: value === NOBODY ? "" : value },
            )
          }
          clearable
          searchable
        />
        <Select
          aria-label={words.tag}
          placeholder={words.anyTag}
          data={tagsOf(report)}
          value={view.tag ?? null}
          onChange={(tag) => onView(tag === null ? without("tag") : { ...view, tag })}
          clearable
          searchable
        />
        <Select
          aria-label={words.sort}
          data={SORTS.map((value) => ({ value, label: words.sorts[value] }))}
          value={view.sort ?? "debt"}
          onChange={(sort) =>
            onView(sort === null || sort === "debt" ? without("sort") : { ...view, sort })
          }
          allowDeselect={false}
        />
        <span className={classes.shown} role="status">
          {words.shown(shown)}
        </span>
      </div>
    </div>
  );
}

/** A choice's value cannot be empty, and no owner begins with a space. */
const NOBODY = " ";
