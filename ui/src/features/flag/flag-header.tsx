/** The top of a flag's page: what it is, whose, until when, and what can be done with it as a whole. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { CopyText } from "@/design/copy-button";
import { DotsIcon, PowerIcon } from "@/design/icons";
import { PageHeader } from "@/design/page-header";
import type { Flag, Where } from "@/features/flag/flag";
import { ExpiryLabel } from "@/features/flags/expiry-label";
import { flagText } from "@/text/flag";
import { flagsText } from "@/text/flags";
import { formatThreshold } from "@/text/format";
import classes from "./flag-header.module.css";

export type FlagAction = "kill" | "edit" | "extend" | "archive" | "restore";

interface FlagHeaderProps {
  where: Where;
  flag: Flag;
  now: Date;
  onAction: (action: FlagAction) => void;
}

const words = flagText.header;

export function FlagHeader({ where, flag, now, onAction }: FlagHeaderProps) {
  const archived = flag.archived_at != null;
  const here = flag.environments.find(({ environment }) => environment === where.environment);
  const on = here?.on === true;
  return (
    <>
      <PageHeader
        breadcrumbs={[
          <Link
            key="flags"
            to="/projects/$project/environments/$environment/flags"
            params={{ project: where.project, environment: where.environment }}
          >
            {flagsText.title}
          </Link>,
        ]}
        title={flag.name || flag.key}
        status={
          <span
            className={classes.state}
            data-state={archived ? "archived" : on ? "on" : "off"}
            data-testid="flag-state"
          >
            {archived ? words.archived : on ? onWords(here) : words.off}
          </span>
        }
        description={flag.description || undefined}
        actions={
          <>
            {archived ? (
              <Button variant="default" onClick={() => onAction("restore")}>
                {words.restore}
              </Button>
            ) : (
              <Button
                className={classes.kill}
                variant="default"
                leftSection={<PowerIcon />}
                disabled={!on}
                onClick={() => onAction("kill")}
              >
                {words.kill}
              </Button>
            )}
            {!archived && (
              <Menu position="bottom-end" width={230}>
                <Menu.Target>
                  <ActionIcon variant="default" size={36} aria-label={words.actions}>
                    <DotsIcon />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => onAction("edit")}>{words.edit}</Menu.Item>
                  {flag.expires_on && (
                    <Menu.Item onClick={() => onAction("extend")}>{words.extend}</Menu.Item>
                  )}
                  <Menu.Divider />
                  <Menu.Item onClick={() => onAction("archive")}>{words.archive}</Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
          </>
        }
      />
      <dl className={classes.facts}>
        <Fact label={words.key}>
          <CopyText value={flag.key} label={words.copyKey(flag.key)} />
        </Fact>
        <Fact label={words.kind}>{flagsText.kind(flag.kind)}</Fact>
        <Fact label={words.owner}>{flag.owner || words.noOwner}</Fact>
        <Fact label={words.expires}>
          <ExpiryLabel expiresOn={flag.expires_on} now={now} over={archived} />
          {flag.extensions > 0 && (
            <span className={classes.note}>{words.extended(flag.extensions)}</span>
          )}
        </Fact>
        {flag.tags.length > 0 && (
          <Fact label={words.tags}>
            <span className={classes.tags}>
              {flag.tags.map((tag) => (
                <span key={tag} className={classes.tag}>
                  {tag}
                </span>
              ))}
            </span>
          </Fact>
        )}
      </dl>
    </>
  );
}

/** Switched on says little by itself: to how many by the rollout, beside lists and rules. */
function onWords({ threshold, rules, allow }: Flag["environments"][number]): string {
  return threshold === 0 && (rules > 0 || allow > 0)
    ? words.on
    : `${words.on}, ${formatThreshold(threshold)}`;
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
