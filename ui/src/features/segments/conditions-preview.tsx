/** Whom conditions mean, while they are written: how many, the largest, who comes and who goes. */
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type Condition, isComplete } from "@/features/conditions/operators";
import { previewQuery, type SegmentPreview } from "@/features/segments/segments";
import { segmentsText } from "@/text/segments";
import classes from "./segment-page.module.css";

interface ConditionsPreviewProps {
  project: string;
  conditions: readonly Condition[];
  /** The segment that these would decide from then on. */
  segment?: string;
}

const words = segmentsText.preview;
const DELAY_MS = 250;

export function ConditionsPreview({ project, conditions, segment }: ConditionsPreviewProps) {
  const [settled] = useDebouncedValue(conditions, DELAY_MS);
  const complete = settled.length > 0 && settled.every(isComplete);
  const { data, isError } = useQuery({
    ...previewQuery(project, settled, segment),
    enabled: complete,
    retry: false,
  });
  if (!complete || isError || data === undefined) {
    // What is wrong with them is said when they are saved, at each condition.
    return (
      <p className={classes.preview} role="status">
        {complete && !isError ? words.counting : words.incomplete}
      </p>
    );
  }
  return (
    <div className={classes.preview} role="status">
      <p>
        <strong>{words.size(data.size)}</strong> {words.share(data)}
      </p>
      {data.size > 0 && <p>{words.largest(namesOf(data.tenants), data.size)}</p>}
      {data.joining != null && data.leaving != null && (
        <p>
          {data.joining.count + data.leaving.count === 0
            ? words.same
            : [
                data.joining.count > 0 &&
                  words.joining(namesOf(data.joining.tenants), data.joining.count),
                data.leaving.count > 0 &&
                  words.leaving(namesOf(data.leaving.tenants), data.leaving.count),
              ]
                .filter(Boolean)
                .join(" ")}
        </p>
      )}
    </div>
  );
}

function namesOf(tenants: SegmentPreview["tenants"]): string[] {
  return tenants.map(({ name }) => name);
}
