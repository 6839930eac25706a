/** How much a flag was asked in the last day, as a line; asked for only as long as it is in view. */
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Sparkline } from "@/design/sparkline";
import { dayOfUsageQuery } from "@/features/flags/usage";
import { flagsText } from "@/text/flags";

interface UsageCellProps {
  project: string;
  environment: string;
  flag: string;
}

/** Rows that are only scrolled past ask nothing. */
const REST_MS = 250;

export function UsageCell({ project, environment, flag }: UsageCellProps) {
  const [mounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  const [rests] = useDebouncedValue(mounted, REST_MS);
  const { data } = useQuery({ ...dayOfUsageQuery(project, environment, flag), enabled: rests });
  if (data === undefined) {
    return null;
  }
  const total = data.reduce((sum, it) => sum + it, 0);
  return <Sparkline values={data} label={flagsText.asked(total)} />;
}
