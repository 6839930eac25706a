/** On or off, in a word and a colour, and the variant if there is one. */
import { tenantsText } from "@/text/tenants";
import classes from "./facts.module.css";

export function AnswerBadge({ on, variant }: { on: boolean; variant?: string | null | undefined }) {
  return (
    <span className={classes.badge} data-on={on || undefined}>
      <span className={classes.dot} aria-hidden="true" />
      {on ? tenantsText.tenant.on : tenantsText.tenant.off}
      {variant && <span className={classes.variant}>{variant}</span>}
    </span>
  );
}
