/** One tenant: what is known about it, and what every flag answers it, why, and since whose change. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useRef, useState } from "react";
import { ConfirmDialog } from "@/design/confirm-dialog";
import { CopyText } from "@/design/copy-button";
import { download } from "@/design/download";
import { DotsIcon, FlagIcon, SearchIcon } from "@/design/icons";
import { FilterChoice, ListPanel, ListSkeleton, ListToolbar } from "@/design/list-panel";
import { Notice } from "@/design/notice";
import { PageHeader } from "@/design/page-header";
import { QueryError, StaleBanner } from "@/design/query-error";
import { SearchField } from "@/design/search-field";
import { toastRefused, toastSaved } from "@/features/flags/changed-toast";
import type { Environment } from "@/features/projects/projects";
import {
  ANSWERS,
  type FactsView,
  filterFacts,
  readTenantFlagsCsv,
  type TenantFlag,
  type TenantFlags,
  tenantFlagsQuery,
} from "@/features/tenants/facts";
import { FactsList } from "@/features/tenants/facts-list";
import { TenantSummary } from "@/features/tenants/tenant-summary";
import { attributesQuery, deleteTenant, rosterKey, tenantQuery } from "@/features/tenants/tenants";
import { useLogged } from "@/live/log";
import { commonText } from "@/text/common";
import { tenantsText } from "@/text/tenants";

interface TenantPageProps {
  project: string;
  environments: readonly Environment[];
  environment: Environment;
  tenant: string;
  view: FactsView;
  onView: (view: Partial<FactsView>) => void;
}

const words = tenantsText.tenant;
const formModule = () => import("@/features/tenants/tenant-form");
const TenantForm = lazy(async () => ({ default: (await formModule()).TenantForm }));
const KillForTenant = lazy(async () => ({
  default: (await import("@/features/tenants/kill-for-tenant")).KillForTenant,
}));

export function TenantPage({
  project,
  environments,
  environment,
  tenant,
  view,
  onView,
}: TenantPageProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const known = useQuery(tenantQuery(project, tenant));
  const facts = useQuery(tenantFlagsQuery(project, environment.key, tenant));
  const { data: attributes = [] } = useQuery(attributesQuery(project));
  const [editing, form] = useDisclosure(false);
  const [removing, removal] = useDisclosure(false);
  /** Nothing is asked about a tenant that this page is taking away. */
  const gone = useRef(false);
  const [killing, setKilling] = useState<TenantFlag>();
  const name = known.data?.tenant.name ?? tenant;
  useDocumentTitle(commonText.pageTitle(name, environment.name));

  const refresh = () => client.invalidateQueries({ queryKey: rosterKey(project) });
  useLogged((done) => {
    if (!gone.current && done.some("tenant")) {
      void refresh();
      void facts.refetch();
    }
  });

  const rows = facts.data && filterFacts(facts.data.items, view);
  const all = facts.data?.items ?? [];

  return (
    <>
      <PageHeader
        title={name}
        breadcrumbs={[
          <Link key="tenants" to="/projects/$project/tenants" params={{ project }}>
            {words.back}
          </Link>,
        ]}
        description={<CopyText value={tenant} label={words.copyKey(tenant)} />}
        actions={
          <>
            <ExportMenu project={project} environment={environment.key} facts={facts.data} />
            <Button
              variant="default"
              onClick={() =>
                void navigate({
                  to: "/projects/$project/environments/$environment/compare",
                  params: { project, environment: environment.key },
                  search: { left: tenant },
                })
              }
            >
              {words.compare}
            </Button>
            {known.data != null && (
              <>
                <Button variant="default" onClick={form.open}>
                  {words.edit}
                </Button>
                <Menu position="bottom-end">
                  <Menu.Target>
                    <ActionIcon variant="default" size={36} aria-label={tenantsText.more}>
                      <DotsIcon />
                    </ActionIcon>
                  </Menu.Target>
                  <Menu.Dropdown>
                    <Menu.Item color="red" onClick={removal.open}>
                      {tenantsText.remove.action}
                    </Menu.Item>
                  </Menu.Dropdown>
                </Menu>
              </>
            )}
          </>
        }
      />
      {known.data !== undefined && (
        <TenantSummary tenant={known.data?.tenant} environments={environments} onAdd={form.open} />
      )}
      <ListToolbar>
        <SearchField value={view.q} label={words.search} onSearch={(q) => onView({ q })} />
        <FilterChoice
          label={words.answer}
          choices={ANSWERS.map((value) => ({ value, label: words.answers[value] }))}
          value={view.answer}
          onChange={(answer) => onView({ answer })}
        />
        {facts.data !== undefined && (
          <span role="status" style={{ marginLeft: "auto", color: "var(--t-muted)" }}>
            {words.summary(all.filter(({ on }) => on).length, all.length)}
          </span>
        )}
      </ListToolbar>
      {facts.isError && facts.data !== undefined && <StaleBanner onRetry={facts.refetch} />}
      <ListPanel label={words.flags(environment.name)}>
        {facts.data === undefined &&
          (facts.isError ? (
            <QueryError error={facts.error} onRetry={facts.refetch} />
          ) : (
            <ListSkeleton label={words.loading} />
          ))}
        {facts.data !== undefined && all.length === 0 && (
          <Notice icon={<FlagIcon size={20} />} title={words.noneTitle}>
            {words.none}
          </Notice>
        )}
        {rows?.length === 0 && all.length > 0 && (
          <Notice
            icon={<SearchIcon size={20} />}
            title={words.noMatchTitle}
            action={
              <Button variant="default" onClick={() => onView({ q: "", answer: "all" })}>
                {words.clear}
              </Button>
            }
          >
            {words.noMatch}
          </Notice>
        )}
        {facts.data !== undefined && rows !== undefined && rows.length > 0 && (
          <FactsList
            project={project}
            environment={environment.key}
            label={words.flags(environment.name)}
            tenant={tenant}
            facts={rows}
            history={facts.data.history}
            onKill={setKilling}
          />
        )}
      </ListPanel>
      <Suspense fallback={null}>
        {editing && known.data !== undefined && (
          <TenantForm
            project={project}
            {...(known.data !== null ? { current: known.data } : { newKey: tenant })}
            known={attributes}
            onClose={form.close}
            onSaved={() => {
              form.close();
              void refresh();
            }}
          />
        )}
        {killing !== undefined && (
          <KillForTenant
            project={project}
            environment={environment}
            flag={killing.flag}
            tenant={tenant}
            name={name}
            onClose={() => setKilling(undefined)}
            onKilled={() => void facts.refetch()}
          />
        )}
      </Suspense>
      <RemoveDialog
        opened={removing}
        name={name}
        onClose={removal.close}
        onRemove={async () => {
          gone.current = true;
          try {
            await deleteTenant(project, tenant, false);
          } catch (error) {
            gone.current = false;
            throw error;
          }
          toastSaved(`tenant/${tenant}`, tenantsText.remove.done(tenant));
          await navigate({ to: "/projects/$project/tenants", params: { project } });
          client.removeQueries({ queryKey: tenantQuery(project, tenant).queryKey });
          await refresh();
        }}
      />
    </>
  );
}

interface RemoveDialogProps {
  opened: boolean;
  name: string;
  onClose: () => void;
  onRemove: () => Promise<void>;
}

function RemoveDialog({ opened, name, onClose, onRemove }: RemoveDialogProps) {
  return (
    <ConfirmDialog
      opened={opened}
      title={tenantsText.remove.title(name)}
      confirm={tenantsText.remove.confirm}
      danger
      onConfirm={onRemove}
      onClose={onClose}
    >
      {tenantsText.remove.text}
    </ConfirmDialog>
  );
}

interface ExportMenuProps {
  project: string;
  environment: string;
  facts: TenantFlags | undefined;
}

/** For support: everything at once, whatever is filtered on the page. */
function ExportMenu({ project, environment, facts }: ExportMenuProps) {
  const name = (ending: string) => `${facts?.tenant ?? ""}-${environment}-flags.${ending}`;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" disabled={facts === undefined}>
          {words.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          onClick={() => {
            readTenantFlagsCsv(project, environment, facts?.tenant ?? "").then(
              (csv) => download(name("csv"), "text/csv", [csv]),
              () => toastRefused("export", words.exportFailed),
            );
          }}
        >
          {words.exportCsv}
        </Menu.Item>
        <Menu.Item
          onClick={() =>
            download(name("json"), "application/json", [JSON.stringify(facts, null, 2)])
          }
        >
          {words.exportJson}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
