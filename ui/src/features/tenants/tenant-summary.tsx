/** What people and programs tell of a tenant, in a few lines. */
import { Button } from "@mantine/core";
import { Ago } from "@/design/ago";
import type { Environment } from "@/features/projects/projects";
import { attributeText } from "@/features/tenants/attributes";
import type { TenantWithUsage } from "@/features/tenants/tenants";
import { formatCount } from "@/text/format";
import { tenantsText } from "@/text/tenants";
import classes from "./tenant-summary.module.css";

interface TenantSummaryProps {
  tenant: TenantWithUsage | undefined;
  environments: readonly Environment[];
  onAdd: () => void;
}

const words = tenantsText.tenant;

export function TenantSummary({ tenant, environments, onAdd }: TenantSummaryProps) {
  if (tenant === undefined) {
    return (
      <div className={classes.stranger}>
        <span>
          <strong>{words.notOnRoster}.</strong> {words.notOnRosterHelp}
        </span>
        <Button size="compact-sm" variant="default" onClick={onAdd}>
          {words.putOnRoster}
        </Button>
      </div>
    );
  }
  const attributes = Object.entries(tenant.attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const nameOf = (key: string) => environments.find((it) => it.key === key)?.name ?? key;
  return (
    <dl className={classes.summary} aria-label={words.facts}>
      <div>
        <dt>{words.weight}</dt>
        <dd>
          <strong>{formatCount(tenant.weight)}</strong>{" "}
          {!tenant.weight_given && <span className={classes.muted}>{tenantsText.learned}</span>}
        </dd>
      </div>
      <div>
        <dt>{words.onRoster}</dt>
        <dd>
          <Ago at={tenant.created_at} />
        </dd>
      </div>
      <div className={classes.usage}>
        <dt>{words.usage}</dt>
        {tenant.usage.length === 0 && <dd className={classes.muted}>{words.noUsage}</dd>}
        {tenant.usage.map((it) => (
          <dd key={it.environment}>
            <strong>
              {words.usageIn(nameOf(it.environment), formatCount(Math.round(it.requests_per_day)))}
            </strong>{" "}
            <span className={classes.muted}>
              {words.seen} <Ago at={it.last_seen} />, {words.firstSeen} <Ago at={it.first_seen} />
            </span>
          </dd>
        ))}
      </div>
      {attributes.length === 0 && (
        <div>
          <dt>{tenantsText.form.attributes}</dt>
          <dd className={classes.muted}>{words.noAttributes}</dd>
        </div>
      )}
      {attributes.map(([name, value]) => (
        <div key={name}>
          <dt className={classes.attribute}>{name}</dt>
          <dd>{attributeText(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
