/** The drawing of a line chart: its library is large, so this is fetched when it is first needed. */
import { AreaChart } from "@mantine/charts";
import "@mantine/charts/styles.layer.css";
import { DASHES, type LineChartProps } from "@/design/line-chart";
import { formatShortCount } from "@/text/format";

const COLORS = {
  accent: "var(--t-accent)",
  quiet: "var(--t-faint)",
  warning: "var(--t-warning)",
  danger: "var(--t-danger)",
} as const;

export default function LineChartPlot({
  points,
  series,
  format,
  height,
  limit,
}: LineChartProps & { height: number }) {
  return (
    <AreaChart
      h={height}
      data={points.map(({ at, values }) => ({ at, ...values }))}
      dataKey="at"
      series={series.map(({ key, label, tone }, index) => ({
        name: key,
        label,
        color: COLORS[tone],
        strokeDasharray: DASHES[index % DASHES.length] ?? "0",
      }))}
      curveType="monotone"
      fillOpacity={0.08}
      strokeWidth={2}
      // A line through one point has no length.
      withDots={points.length < 3}
      connectNulls={false}
      gridAxis="x"
      gridColor="var(--t-border)"
      strokeDasharray="0"
      textColor="var(--t-faint)"
      tickLine="none"
      // Whoever does not see it has the words and the table beside it.
      accessibilityLayer={false}
      valueFormatter={format.value}
      areaProps={{ isAnimationActive: false }}
      // Room for the upper half of the highest figure.
      areaChartProps={{ margin: { top: 8, right: 0, bottom: 0, left: 0 } }}
      xAxisProps={{
        type: "number",
        scale: "time",
        domain: ["dataMin", "dataMax"],
        tickFormatter: format.time,
        minTickGap: 40,
        padding: { left: 4, right: 4 },
      }}
      yAxisProps={{
        width: 44,
        allowDecimals: false,
        domain: [0, "auto"],
        // Else the library leaves some out, and the steps look uneven.
        interval: 0,
        tickFormatter: formatShortCount,
      }}
      // Asked without a label, too, while nothing is pointed at.
      tooltipProps={{
        labelFormatter: (at) => (typeof at === "number" ? format.time(at) : ""),
      }}
      {...(limit !== undefined && {
        referenceLines: [
          {
            y: limit.value,
            label: limit.label,
            color: "var(--t-danger)",
            labelPosition: "insideTopRight" as const,
          },
        ],
      })}
    />
  );
}
