/** How often programs asked for the flag, and what they were answered. */
import { SegmentedControl, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { PlugIcon } from "@/design/icons";
import { LineChart } from "@/design/line-chart";
import { Notice } from "@/design/notice";
import { QueryError } from "@/design/query-error";
import { SPANS, type Span, type Usage, usageQuery } from "@/features/flag/evidence";
import type { Where } from "@/features/flag/flag";
import { flagText } from "@/text/flag";
import { formatCount, formatMoment } from "@/text/format";
import classes from "./usage-tab.module.css";

interface UsageTabProps {
  where: Where;
  span: Span;
  onSpan: (span: Span) => void;
}

const words = flagText.usage;

export function UsageTab({ where, span, onSpan }: UsageTabProps) {
  const query = useQuery(usageQuery(where, span));
  return (
    <>
      <div className={classes.head}>
        <h2 className={classes.title}>{words.title}</h2>
        <SegmentedControl
          size="xs"
          aria-label={words.span}
          data={Object.entries(words.spans).map(([value, label]) => ({ value, label }))}
          value={span}
          onChange={(value) => onSpan(value as Span)}
        />
      </div>
      {query.isError && query.data === undefined && (
        <QueryError error={query.error} onRetry={query.refetch} />
      )}
      {query.isPending && <Skeleton height={260} />}
      {query.data !== undefined && <Answers usage={query.data} span={span} />}
    </>
  );
}

function Answers({ usage, span }: { usage: Usage; span: Span }) {
  if (usage.steps.length === 0 && usage.tenants.length === 0) {
    return (
      <Notice icon={<PlugIcon size={20} />} title={words.none}>
        {words.noneHelp}
      </Notice>
    );
  }
  const on = usage.steps.reduce((sum, it) => sum + it.on, 0);
  const off = usage.steps.reduce((sum, it) => sum + it.off, 0);
  const most = Math.max(...usage.tenants.map((it) => it.on + it.off), 1);
  return (
    <>
      <p className={classes.total}>{words.total(on, off)}</p>
      <LineChart
        label={words.title}
        points={pointsOf(usage, span)}
        series={[
          { key: "on", label: words.on, tone: "accent" },
          { key: "off", label: words.off, tone: "quiet" },
        ]}
        format={{
          value: formatCount,
          time: (at) => formatMoment(new Date(at).toISOString()),
        }}
        height={240}
      />
      {usage.tenants.length > 0 && (
        <section className={classes.tenants} aria-label={words.byTenant}>
          <h2 className={classes.title}>{words.byTenant}</h2>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">{words.tenant}</th>
                <td className={classes.barCell} />
                <th scope="col">{words.on}</th>
                <th scope="col">{words.off}</th>
              </tr>
            </thead>
            <tbody>
              {usage.tenants.map(({ tenant, on: given, off: refused }) => (
                <tr key={tenant}>
                  <th scope="row">{tenant}</th>
                  <td className={classes.barCell} aria-hidden="true">
                    <span className={classes.bar}>
                      <span data-on style={{ width: `${(100 * given) / most}%` }} />
                      <span style={{ width: `${(100 * refused) / most}%` }} />
                    </span>
                  </td>
                  <td>{formatCount(given)}</td>
                  <td>{formatCount(refused)}</td>
                </tr>
              ))}
              {usage.others.tenants > 0 && (
                <tr>
                  <th scope="row">{words.others(usage.others.tenants)}</th>
                  <td className={classes.barCell} aria-hidden="true" />
                  <td>{formatCount(usage.others.on)}</td>
                  <td>{formatCount(usage.others.off)}</td>
                </tr>
              )}
            </tbody>
          </table>
          {usage.next_cursor != null && <p className={classes.total}>{words.more}</p>}
        </section>
      )}
    </>
  );
}

/** Steps without calls are left out by the server, and are zero here. */
function pointsOf(usage: Usage, span: Span) {
  const { ms } = SPANS[span];
  const known = new Map(usage.steps.map((it) => [Date.parse(it.at), it]));
  const first = Math.min(...known.keys());
  const last = Math.max(...known.keys());
  const points = [];
  for (let at = first; at <= last; at += ms) {
    const step = known.get(at);
    points.push({ at, values: { on: step?.on ?? 0, off: step?.off ?? 0 } });
  }
  return points;
}
