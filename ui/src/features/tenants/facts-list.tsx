/** Every flag's answer for one tenant: the answer, why, and by which change. */
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Ago } from "@/design/ago";
import { Cell, VirtualRows } from "@/design/virtual-rows";
import { AnswerBadge } from "@/features/tenants/answer-badge";
import type { TenantFlag, TenantFlags } from "@/features/tenants/facts";
import { auditText } from "@/text/audit";
import { tenantsText } from "@/text/tenants";
import classes from "./facts.module.css";

interface FactsListProps {
  project: string;
  environment: string;
  label: string;
  tenant: string;
  facts: readonly TenantFlag[];
  history: TenantFlags["history"];
  onKill: (fact: TenantFlag) => void;
}

const words = tenantsText.tenant;

export function FactsList({
  project,
  environment,
  label,
  tenant,
  facts,
  history,
  onKill,
}: FactsListProps) {
  return (
    <VirtualRows
      label={label}
      rows={facts}
      rowKey={({ flag }) => flag}
      rowProps={({ flag }) => ({ "data-flag": flag })}
      rowClassName={classes.row}
      estimate={57}
      columns={[
        { key: "flag", head: words.columns.flag, width: "minmax(11rem, 1.6fr)" },
        { key: "answer", head: words.columns.answer, width: "minmax(5.5rem, 8rem)" },
        { key: "why", head: words.columns.why, width: "minmax(14rem, 2.4fr)" },
        { key: "since", head: words.columns.since, width: "minmax(11rem, 1.6fr)" },
        {
          key: "actions",
          head: <span className="visually-hidden">{words.columns.actions}</span>,
          width: "6.5rem",
        },
      ]}
    >
      {(fact, { tabIndex }) => (
        <>
          <Cell className={classes.flag}>
            <Link
              to="/projects/$project/environments/$environment/flags/$flag"
              params={{ project, environment, flag: fact.flag }}
              tabIndex={tabIndex}
            >
              {fact.flag}
            </Link>
          </Cell>
          <Cell className={classes.answer}>
            <AnswerBadge on={fact.on} variant={fact.variant} />
          </Cell>
          <Cell className={classes.why}>{fact.why}</Cell>
          <Cell className={classes.since}>
            <Since project={project} fact={fact} oldest={history.revision} tabIndex={tabIndex} />
          </Cell>
          <Cell className={classes.actions}>
            {fact.on && (
              <Button
                variant="default"
                size="compact-sm"
                tabIndex={tabIndex}
                aria-label={tenantsText.kill.label(fact.flag, tenant)}
                onClick={() => onKill(fact)}
              >
                {tenantsText.kill.action}
              </Button>
            )}
          </Cell>
        </>
      )}
    </VirtualRows>
  );
}

interface SinceProps {
  project: string;
  fact: TenantFlag;
  oldest: number;
  tabIndex: 0 | -1;
}

/** Leads to the entry of the audit log: whose change it was, and what else it changed. */
function Since({ project, fact: { since }, oldest, tabIndex }: SinceProps) {
  if (since == null) {
    return <span className={classes.muted}>{words.always(oldest)}</span>;
  }
  return (
    <>
      <Link
        to="/projects/$project/audit"
        params={{ project }}
        search={{ entry: since.seq }}
        className={classes.change}
        tabIndex={tabIndex}
        title={auditText.openEntry(since.seq)}
      >
        <Ago at={since.at} className={classes.ago} />{" "}
        <span className={classes.actor}>{words.since(since.actor)}</span>
      </Link>
      {since.reason && <span className={classes.reason}>{since.reason}</span>}
    </>
  );
}
