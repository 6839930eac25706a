/** How much a flag was asked in the last day, as a line; asked for only as long as it is in view. */
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Sparkline } from "@/design/sparkline";
import { usageQuery } from "@/features/flag/evidence";
import { flagsText } from "@/text/flags";

interface UsageCellProps {
  project: string;
  environment: string;
  flag: string;
}

/** Rows that are only scrolled past ask nothing. */
const REST_MS = 250;
const FRESH_MS = 300_000;
const HOURS = 24;
const HOUR_MS = 3_600_000;

export function UsageCell(where: UsageCellProps) {
  const [mounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  const [rests] = useDebouncedValue(mounted, REST_MS);
  const { data } = useQuery({
    ...usageQuery(where, "24h"),
    enabled: rests,
    staleTime: FRESH_MS,
    refetchInterval: FRESH_MS,
  });
  if (data === undefined) {
    return null;
  }
  const byHour = new Map(data.steps.map((it) => [Date.parse(it.at), it.on + it.off]));
  const last = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const values = Array.from(
    { length: HOURS },
    (_, index) => byHour.get(last - (HOURS - 1 - index) * HOUR_MS) ?? 0,
  );
  const total = values.reduce((sum, it) => sum + it, 0);
  return <Sparkline values={values} label={flagsText.asked(total)} />;
}
