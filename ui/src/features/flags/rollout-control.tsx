/** The share of tenants that have a flag, as a bar, and a small editor that opens in its place. */
import { Popover, UnstyledButton } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { prefetch } from "@/design/prefetch";
import { flagsText } from "@/text/flags";
import { formatThreshold, THRESHOLD_PER_PERCENT } from "@/text/format";
import classes from "./rollout-control.module.css";

/** Fetched when it is about to be needed. */
const editor = () => import("@/features/flags/rollout-editor");
const RolloutEditor = lazy(async () => ({ default: (await editor()).RolloutEditor }));

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

export function RolloutControl(props: RolloutControlProps) {
  const [opened, setOpened] = useState(false);
  const { flag, on, threshold, disabled, tabIndex } = props;
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      width={340}
      returnFocus
      withRoles={false}
      shadow="md"
    >
      <Popover.Target>
        <UnstyledButton
          className={classes.target}
          disabled={disabled}
          tabIndex={tabIndex}
          onClick={() => setOpened((it) => !it)}
          onPointerEnter={() => prefetch(editor)}
          onFocus={() => prefetch(editor)}
          aria-haspopup="dialog"
          aria-expanded={opened}
          aria-label={flagsText.change.rolloutButton(flag, threshold)}
        >
          <Bar threshold={threshold} on={on} />
          <span className={classes.value} data-off={!on || undefined}>
            {formatThreshold(threshold)}
          </span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={flagsText.change.rollout(flag)}>
        {opened && (
          <Suspense fallback={null}>
            <RolloutEditor {...props} onDone={() => setOpened(false)} />
          </Suspense>
        )}
      </Popover.Dropdown>
    </Popover>
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
