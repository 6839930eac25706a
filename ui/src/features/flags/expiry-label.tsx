/** A flag's expiry: how far away, in words and colour, and the exact day. */
import type { ReactNode } from "react";
import { ClockIcon, WarningIcon } from "@/design/icons";
import { type Expiry, expiryOf } from "@/features/flags/expiry";
import { flagsText } from "@/text/flags";
import { formatDay } from "@/text/format";
import classes from "./expiry-label.module.css";

interface ExpiryLabelProps {
  expiresOn: string | null | undefined;
  now: Date;
  /** It is gone already: the day is told, and nothing is made of it. */
  over?: boolean;
}

export function ExpiryLabel({ expiresOn, now, over = false }: ExpiryLabelProps) {
  if (over && expiresOn) {
    return (
      <time className={classes.over} dateTime={expiresOn}>
        {formatDay(expiresOn)}
      </time>
    );
  }
  const expiry = expiryOf(expiresOn, now);
  return (
    <span className={classes.expiry} data-state={expiry.state}>
      <span className={classes.relative}>
        {icons[expiry.state]}
        {relative(expiry)}
      </span>
      {expiresOn && (
        <time className={classes.exact} dateTime={expiresOn}>
          {formatDay(expiresOn)}
        </time>
      )}
    </span>
  );
}

const icons: Partial<Record<Expiry["state"], ReactNode>> = {
  due: <ClockIcon size={13} />,
  expired: <WarningIcon size={13} />,
  overdue: <WarningIcon size={13} />,
};

function relative({ state, days }: Expiry): string {
  const words = flagsText.expiry;
  switch (state) {
    case "none":
      return words.none;
    case "ahead":
      return words.inDays(days);
    case "due":
      return days === 0 ? words.dueToday : words.due(days);
    case "expired":
      return words.expired(days);
    case "overdue":
      return words.overdue(days);
  }
}
