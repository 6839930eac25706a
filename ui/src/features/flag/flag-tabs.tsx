/** The tabs of a flag's page, what stands in each, and the dialogs of its header. */
import { Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Fragment, lazy, Suspense } from "react";
import { useCurrentInView } from "@/design/use-current-in-view";
import { DetailsDialog } from "@/features/flag/details-dialog";
import type { VersionedFlag, Where } from "@/features/flag/flag";
import type { FlagAction } from "@/features/flag/flag-header";
import type { FlagPageProps } from "@/features/flag/flag-page";
import type { useFlipPreview } from "@/features/flag/flip-preview";
import { KillDialog } from "@/features/flag/kill-dialog";
import { ArchiveDialog, ExtendDialog, RestoreDialog } from "@/features/flag/life-dialogs";
import { TargetingTab } from "@/features/flag/targeting-tab";
import type { DraftState } from "@/features/flag/use-draft";
import { FLAG_TABS, type FlagTab } from "@/features/flag/view";
import type { Environment } from "@/features/projects/projects";
import { flagText } from "@/text/flag";
import classes from "./flag-tabs.module.css";

const ExplainTab = lazy(async () => ({
  default: (await import("@/features/flag/explain-tab")).ExplainTab,
}));
const UsageTab = lazy(async () => ({
  default: (await import("@/features/flag/usage-tab")).UsageTab,
}));
const CodeTab = lazy(async () => ({
  default: (await import("@/features/flag/code-tab")).CodeTab,
}));
const HistoryTab = lazy(async () => ({
  default: (await import("@/features/flag/history-tab")).HistoryTab,
}));
const ConnectTab = lazy(async () => ({
  default: (await import("@/features/flag/connect-tab")).ConnectTab,
}));

interface FlagTabsProps {
  where: Where;
  /** `undefined` on the rollout, which is a page of its own. */
  current: FlagTab | undefined;
}

export function FlagTabs({ where, current }: FlagTabsProps) {
  const row = useCurrentInView<HTMLElement>(current);
  return (
    <nav ref={row} className={classes.tabs} aria-label={flagText.tabsLabel}>
      {FLAG_TABS.map((tab) => (
        <Fragment key={tab}>
          <Link
            to="/projects/$project/environments/$environment/flags/$flag"
            params={where}
            search={tab === "targeting" ? {} : { tab }}
            className={classes.tab}
            activeOptions={{ exact: true }}
            aria-current={tab === current ? "page" : undefined}
            resetScroll={false}
          >
            {flagText.tabs[tab]}
          </Link>
          {tab === "targeting" && (
            <Link
              to="/projects/$project/environments/$environment/flags/$flag/rollout"
              params={where}
              className={classes.tab}
            >
              {flagText.tabs.rollout}
            </Link>
          )}
        </Fragment>
      ))}
    </nav>
  );
}

interface TabContentProps extends Pick<FlagPageProps, "environment" | "view" | "onView"> {
  where: Where;
  environment: Environment;
  state: DraftState;
  asked: ReturnType<typeof useFlipPreview>;
  archived: boolean;
}

export function TabContent(props: TabContentProps) {
  const { view } = props;
  if (view.tab === undefined || view.tab === "targeting") {
    return (
      <TargetingTab
        where={props.where}
        state={props.state}
        asked={props.asked}
        disabled={props.archived}
      />
    );
  }
  return (
    <Suspense fallback={<Skeleton height={240} />}>
      <OtherTab {...props} />
    </Suspense>
  );
}

function OtherTab({ where, environment, archived, view, onView }: TabContentProps) {
  switch (view.tab) {
    case "explain":
      return <ExplainTab where={where} tenant={view.tenant ?? ""} at={view.at} onAsk={onView} />;
    case "usage":
      return (
        <UsageTab
          where={where}
          span={view.span ?? "24h"}
          onSpan={(span) => onView({ span: span === "24h" ? undefined : span })}
        />
      );
    case "code":
      return <CodeTab where={where} />;
    case "history":
      return (
        <HistoryTab
          where={where}
          environmentName={environment.name}
          everywhere={view.all === true}
          archived={archived}
          onEverywhere={(all) => onView({ all: all || undefined })}
        />
      );
    default:
      return <ConnectTab where={where} />;
  }
}

interface FlagActionsProps {
  where: Where;
  environment: string;
  action: FlagAction;
  /** As it was when the action was chosen. */
  known: VersionedFlag;
  now: Date;
  onClose: () => void;
}

export function FlagActions(props: FlagActionsProps) {
  const { where, environment, action, known, now, onClose } = props;
  const life = { where, flag: known.flag, now, onClose };
  switch (action) {
    case "kill":
      return <KillDialog where={where} environment={environment} onClose={onClose} />;
    case "edit":
      return <DetailsDialog where={where} opened={known} onClose={onClose} />;
    case "extend":
      return <ExtendDialog {...life} />;
    case "archive":
      return <ArchiveDialog {...life} />;
    case "restore":
      return <RestoreDialog {...life} />;
  }
}
