/**
 * The share of tenants that have a flag, as a bar, and a small editor that opens in its place. What
 * opens comes with the click: a list shows hundreds of these.
 */
import { lazy, Suspense, useRef, useState } from "react";
import { prefetch } from "@/design/prefetch";
import { flagsText } from "@/text/flags";
import { formatThreshold, THRESHOLD_PER_PERCENT } from "@/text/format";
import classes from "./rollout-control.module.css";

/** Fetched when it is about to be needed. */
const popover = () => import("@/features/flags/rollout-popover");
const RolloutPopover = lazy(async () => ({ default: (await popover()).RolloutPopover }));

export interface RolloutControlProps {
  flag: string;
  environment: string;
  on: boolean;
  /** Thousandths of a percent. */
  threshold: number;
  disabled: boolean;
  tabIndex: 0 | -1;
  onChange: (threshold: number) => void;
}

export function RolloutControl({ tabIndex, ...props }: RolloutControlProps) {
  const { flag, on, threshold, disabled } = props;
  const button = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState(false);
  /** A press on the button while it is open closes it, as one beside it does; the click follows. */
  const wasOpen = useRef(false);
  const close = () => {
    setOpened(false);
    requestAnimationFrame(() => {
      // The focus was in what is gone now, unless the reader has put it elsewhere.
      if (document.activeElement === document.body) {
        button.current?.focus();
      }
    });
  };
  return (
    <span className={classes.control}>
      <button
        ref={button}
        type="button"
        className={classes.target}
        disabled={disabled}
        tabIndex={tabIndex}
        onPointerDown={() => {
          wasOpen.current = opened;
        }}
        onClick={() => {
          setOpened(!wasOpen.current);
          wasOpen.current = false;
        }}
        onPointerEnter={() => prefetch(popover)}
        onFocus={() => prefetch(popover)}
        aria-haspopup="dialog"
        aria-expanded={opened}
        aria-label={flagsText.change.rolloutButton(flag, threshold)}
      >
        <Bar threshold={threshold} on={on} />
        <span className={classes.value} data-off={!on || undefined}>
          {formatThreshold(threshold)}
        </span>
      </button>
      {opened && (
        <Suspense fallback={null}>
          <RolloutPopover {...props} onClose={close} />
        </Suspense>
      )}
    </span>
  );
}

function Bar({ threshold, on }: { threshold: number; on: boolean }) {
  const percent = threshold / THRESHOLD_PER_PERCENT;
  return (
    <span className={classes.bar} data-off={!on || undefined} aria-hidden="true">
      {/* A share too small to be seen is still shown to be there. */}
      <span className={classes.fill} style={{ width: percent > 0 ? `max(3px, ${percent}%)` : 0 }} />
    </span>
  );
}
