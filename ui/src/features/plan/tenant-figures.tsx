/** What became of each tenant's work since the stage began, the worst first. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { ScrollRegion } from "@/design/scroll-region";
import type { PlanPath, PlanView, TenantFigures } from "@/features/plan/plan";
import { TenantLink } from "@/features/plan/tenant-link";
import { formatShare } from "@/text/format";
import { rolloutText } from "@/text/rollout";
import classes from "./tenant-figures.module.css";

interface TenantTableProps {
  path: PlanPath;
  view: PlanView;
  onKill: (tenant: string) => void;
}

const words = rolloutText.tenants;
/** So many are shown at first. */
const FIRST = 10;

export function TenantTable({ path, view, onKill }: TenantTableProps) {
  const { tenants, blocked, held, guard } = view;
  const [all, showAll] = useState(false);
  const most = Math.max(
    0.01,
    ...tenants.map((it) => Math.max(...ratesOf(it).map((it) => it ?? 0))),
  );
  return (
    <section className={classes.panel} aria-labelledby="tenants-title">
      <h2 id="tenants-title" className={classes.title}>
        {words.title}
      </h2>
      {blocked.length > 0 && <p className={classes.notice}>{words.blocked(blocked)}</p>}
      {held.length > 0 && <p className={classes.notice}>{words.held(held)}</p>}
      {tenants.length === 0 ? (
        guard != null && <p className={classes.help}>{words.none}</p>
      ) : (
        <>
          <p className={classes.help}>{words.help}</p>
          <ScrollRegion label={words.title}>
            <table className={classes.table}>
              <thead>
                <tr>
                  <th scope="col">{words.tenant}</th>
                  <th scope="col">{words.with}</th>
                  <th scope="col">{words.without}</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {(all ? tenants : tenants.slice(0, FIRST)).map((it) => (
                  <tr key={it.tenant}>
                    <th scope="row">
                      <TenantLink path={path} tenant={it.tenant} />
                    </th>
                    <Rate failures={it.on_failures} requests={it.on_requests} most={most} on />
                    <Rate failures={it.off_failures} requests={it.off_requests} most={most} />
                    <td className={classes.action}>
                      {blocked.includes(it.tenant) ? (
                        <span className={classes.off}>{words.off}</span>
                      ) : (
                        it.on_requests > 0 && (
                          <Button
                            variant="subtle"
                            color="gray"
                            size="compact-xs"
                            aria-label={words.turnOffFor(it.tenant)}
                            onClick={() => onKill(it.tenant)}
                          >
                            {words.turnOff}
                          </Button>
                        )
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
          {!all && tenants.length > FIRST && (
            <Button
              className={classes.more}
              variant="subtle"
              color="gray"
              size="compact-sm"
              onClick={() => showAll(true)}
            >
              {words.showAll(tenants.length)}
            </Button>
          )}
        </>
      )}
    </section>
  );
}

interface RateProps {
  failures: number;
  requests: number;
  most: number;
  on?: boolean;
}

function Rate({ failures, requests, most, on = false }: RateProps) {
  if (requests === 0) {
    return <td className={classes.nothing}>{words.nothing}</td>;
  }
  const rate = failures / requests;
  return (
    <td>
      <span className={classes.rate} data-on={on || undefined}>
        <b>{formatShare(rate)}</b>
        <span>{words.failed(failures, requests)}</span>
        <i style={{ width: `${(rate / most) * 100}%` }} />
      </span>
    </td>
  );
}

function ratesOf(it: TenantFigures): (number | undefined)[] {
  return [
    it.on_requests > 0 ? it.on_failures / it.on_requests : undefined,
    it.off_requests > 0 ? it.off_failures / it.off_requests : undefined,
  ];
}
