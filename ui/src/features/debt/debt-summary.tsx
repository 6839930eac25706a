/** How deep the debt is, how it grew, who owes it, and what a build would say. */
import { Select, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { CopyButton } from "@/design/copy-button";
import { LineChart } from "@/design/line-chart";
import { type Report, trendQuery } from "@/features/debt/debt";
import type { DebtSearch } from "@/features/debt/debt-page";
import { GATES, type Gate, verdictOf } from "@/features/debt/gate";
import { debtText } from "@/text/debt";
import { formatCount, formatDay } from "@/text/format";
import classes from "./debt-summary.module.css";

interface DebtSummaryProps {
  project: string;
  report: Report;
  view: DebtSearch;
  onView: (view: DebtSearch) => void;
}

const words = debtText;
const CHART_PX = 150;

export function DebtSummary({ project, report, view, onView }: DebtSummaryProps) {
  return (
    <div className={classes.summary}>
      <section className={classes.number} aria-labelledby="debt-number">
        <h2 id="debt-number" className={classes.title}>
          {words.number}
        </h2>
        <div className={classes.debt}>{formatCount(report.debt ?? 0)}</div>
        <p className={classes.help}>{words.numberHelp}</p>
      </section>
      <section className={classes.trend} aria-labelledby="debt-trend">
        <h2 id="debt-trend" className={classes.title}>
          {words.trend}
        </h2>
        <Trend project={project} />
      </section>
      <Owners report={report} view={view} onView={onView} />
      <GateVerdict project={project} report={report} view={view} onView={onView} />
    </div>
  );
}

function Trend({ project }: { project: string }) {
  const { data } = useQuery(trendQuery(project));
  if (data === undefined) {
    return <div style={{ height: CHART_PX }} />;
  }
  if (data.length < 2) {
    return <p className={classes.help}>{words.trendOne}</p>;
  }
  return (
    <LineChart
      label={words.trend}
      height={CHART_PX}
      points={data.map(({ day, debt, summary }) => ({
        at: Date.parse(day),
        values: { debt, overdue: summary.overdue ?? 0 },
      }))}
      series={[{ key: "debt", label: words.trendSeries, tone: "accent" }]}
      format={{
        time: (at) => formatDay(new Date(at).toISOString().slice(0, 10)),
        value: formatCount,
      }}
    />
  );
}

/** So many owners stand here; the filter has them all. */
const OWNERS = 5;

function Owners({ report, view, onView }: Omit<DebtSummaryProps, "project">) {
  const owners = report.owners ?? [];
  if (owners.length === 0) {
    return null;
  }
  return (
    <section className={classes.owners} aria-labelledby="debt-owners">
      <h2 id="debt-owners" className={classes.title}>
        {words.owners}
      </h2>
      <ul>
        {owners.slice(0, OWNERS).map(({ owner, flags, debt }) => (
          <li key={owner ?? ""}>
            <UnstyledButton
              className={classes.owner}
              aria-pressed={view.owner === (owner ?? "")}
              onClick={() => {
                const { owner: present, ...rest } = view;
                onView(present === (owner ?? "") ? rest : { ...rest, owner: owner ?? "" });
              }}
            >
              <span className={classes.name}>{owner ?? words.nobody}</span>
              <span className={classes.flags}>{words.ownersFlags(flags)}</span>
              <strong>{formatCount(debt)}</strong>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </section>
  );
}

function GateVerdict({ project, report, view, onView }: DebtSummaryProps) {
  const gate = view.gate ?? "overdue";
  const { passes, why } = verdictOf(report, gate);
  const command = gate === "overdue" ? "tenantry debt" : `tenantry debt --fail-on ${gate}`;
  return (
    <section className={classes.gate} data-fails={!passes || undefined} aria-labelledby="debt-gate">
      <header>
        <h2 id="debt-gate" className={classes.title}>
          {words.gate.title}
        </h2>
        <Select
          className={classes.choice}
          size="xs"
          aria-label={words.gate.label}
          data={GATES.map((value) => ({ value, label: words.gate.choices[value] }))}
          value={gate}
          onChange={(value) => {
            const { gate: _, ...rest } = view;
            onView(value === "overdue" || value === null ? rest : { ...rest, gate: value as Gate });
          }}
          allowDeselect={false}
        />
      </header>
      <p className={classes.verdict}>
        <strong>{passes ? words.gate.passes(project) : words.gate.fails(project)}</strong> {why}
      </p>
      <p className={classes.command}>
        <code>{command}</code>
        <CopyButton value={command} label={words.gate.copy} />
        <span>{words.gate.note}</span>
      </p>
    </section>
  );
}
