/** An instant as people speak of it; the exact one shows when the pointer rests on it. */
import { useNow } from "@/design/use-now";
import { ago } from "@/text/ago";
import { formatMoment } from "@/text/format";

export function Ago({ at, className }: { at: string; className?: string | undefined }) {
  const now = useNow();
  return (
    <time dateTime={at} title={formatMoment(at)} className={className}>
      {ago(at, now)}
    </time>
  );
}
