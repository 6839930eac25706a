/** A flag's own page: what it is, its state everywhere, and a tab for each thing to do with it. */
import { Button, Skeleton } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { hasStatus } from "@/api/problem";
import { FlagIcon } from "@/design/icons";
import { Notice } from "@/design/notice";
import { QueryError, StaleBanner } from "@/design/query-error";
import { useNow } from "@/design/use-now";
import { differences, patchOf } from "@/features/flag/draft";
import { EnvironmentStrip } from "@/features/flag/environment-strip";
import {
  flagQuery,
  refreshFlag,
  saveTargeting,
  targetingQuery,
  type VersionedDraft,
  type VersionedFlag,
  type Where,
} from "@/features/flag/flag";
import { type FlagAction, FlagHeader } from "@/features/flag/flag-header";
import { FlagActions, FlagTabs, TabContent } from "@/features/flag/flag-tabs";
import { useFlipPreview } from "@/features/flag/flip-preview";
import { Overtaken } from "@/features/flag/overtaken";
import { SaveBar } from "@/features/flag/save-bar";
import { SaveDialog } from "@/features/flag/save-dialog";
import { useDraft } from "@/features/flag/use-draft";
import type { FlagTab, SpanKey } from "@/features/flag/view";
import { toastSaved } from "@/features/flags/changed-toast";
import type { Environment } from "@/features/projects/projects";
import { Propagation } from "@/features/sdks/propagation";
import { commonText } from "@/text/common";
import { flagText } from "@/text/flag";
import classes from "./flag-page.module.css";

export interface FlagPageView {
  tab?: FlagTab;
  tenant?: string;
  at?: string;
  span?: SpanKey;
  all?: boolean;
}

export interface FlagPageProps {
  project: string;
  environments: readonly Environment[];
  environment: Environment;
  flag: string;
  view: FlagPageView;
  /** Changes a part of the address. */
  onView: (view: { [Key in keyof FlagPageView]: FlagPageView[Key] | undefined }) => void;
  onDirty: (dirty: boolean) => void;
}

export function FlagPage(props: FlagPageProps) {
  const { project, environment, flag: key } = props;
  const where: Where = { project, environment: environment.key, flag: key };
  const flag = useQuery(flagQuery(where));
  const targeting = useQuery(targetingQuery(where));
  const tab = props.view.tab ?? "targeting";
  useDocumentTitle(
    commonText.pageTitle(
      ...(tab === "targeting" ? [] : [flagText.tabs[tab]]),
      flag.data?.flag.name || key,
      environment.name,
    ),
  );

  const failed = [flag, targeting].find((it) => it.isError && it.data === undefined);
  if (failed?.error) {
    if (hasStatus(failed.error, 404)) {
      return <Missing {...props} />;
    }
    return <QueryError error={failed.error} onRetry={failed.refetch} />;
  }
  if (flag.data === undefined || targeting.data === undefined) {
    return (
      <div role="status" aria-label={flagText.loading} className={classes.skeleton}>
        <Skeleton height={28} width="30%" />
        <Skeleton height={20} width="60%" />
        <Skeleton height={320} />
      </div>
    );
  }
  return (
    <>
      {(flag.isError || targeting.isError) && (
        <StaleBanner
          onRetry={() => {
            void flag.refetch();
            void targeting.refetch();
          }}
        />
      )}
      <Loaded
        {...props}
        where={where}
        known={flag.data}
        targeting={targeting.data}
        readAt={targeting.dataUpdatedAt}
        settled={!flag.isFetching && !targeting.isFetching}
      />
    </>
  );
}

interface LoadedProps extends FlagPageProps {
  where: Where;
  known: VersionedFlag;
  targeting: VersionedDraft;
  readAt: number;
  /** Neither is being read anew. */
  settled: boolean;
}

function Loaded(props: LoadedProps) {
  const { where, known, targeting, readAt, settled } = props;
  const { environment, environments, view, onView, onDirty } = props;
  const client = useQueryClient();
  const now = useNow(60_000);
  const [action, setAction] = useState<{ name: FlagAction; known: VersionedFlag }>();
  const [reviewing, setReviewing] = useState(false);
  const [saved, setSaved] = useState<number>();
  const archived = known.flag.archived_at != null;

  const save = useMutation({
    mutationFn: ({ reason, demote }: { reason: string; demote: boolean }) =>
      saveTargeting(where, {
        patch: patchOf(state.base.draft, state.draft),
        etag: state.base.etag,
        reason,
        demote,
      }),
    onSuccess: (result) => {
      client.setQueryData(targetingQuery(where).queryKey, result);
      state.settle(result);
      setReviewing(false);
      setSaved(result.revision);
      toastSaved(`targeting/${where.flag}`, flagText.save.saved(where.flag, environment.name));
      void refreshFlag(client, where);
    },
    onError: (error) => {
      if (hasStatus(error, 412)) {
        // The banner shows what the other person did as soon as it is read.
        setReviewing(false);
        void client.invalidateQueries({ queryKey: targetingQuery(where).queryKey });
      }
    },
  });
  const state = useDraft(targeting, save.isPending);
  const dirty = state.changed.length > 0;
  const asked = useFlipPreview(where, targeting.draft, state.draft, {
    readAt,
    enabled: !archived && settled,
  });

  useEffect(() => {
    onDirty(dirty);
    return () => onDirty(false);
  }, [dirty, onDirty]);

  return (
    <>
      <FlagHeader
        where={where}
        flag={known.flag}
        now={now}
        onAction={(name) => setAction({ name, known })}
      />
      {archived && <p className={classes.archived}>{flagText.header.archivedBanner}</p>}
      <EnvironmentStrip where={where} flag={known.flag} environments={environments} />
      {saved !== undefined && (
        <div className={classes.propagation}>
          <Propagation project={where.project} environment={where.environment} revision={saved} />
        </div>
      )}
      <FlagTabs where={where} current={view.tab ?? "targeting"} />
      {state.newer !== undefined && <Overtaken where={where} state={state} newer={state.newer} />}
      <TabContent
        where={where}
        environment={environment}
        state={state}
        asked={asked}
        archived={archived}
        view={view}
        onView={onView}
      />
      {dirty && (
        <SaveBar
          changes={differences(state.base.draft, state.draft).length}
          preview={asked.asking ? undefined : asked.preview}
          blocked={asked.problems.length > 0 || state.newer !== undefined}
          onDiscard={state.discard}
          onReview={() => {
            save.reset();
            setReviewing(true);
          }}
        />
      )}
      {reviewing && (
        <SaveDialog
          environment={environment.name}
          changes={differences(state.base.draft, state.draft)}
          preview={asked.preview}
          error={save.error}
          saving={save.isPending}
          onSave={(reason, demote) => save.mutate({ reason, demote })}
          onClose={() => setReviewing(false)}
        />
      )}
      {action !== undefined && (
        <FlagActions
          where={where}
          environment={environment.name}
          action={action.name}
          known={action.known}
          now={now}
          onClose={() => setAction(undefined)}
        />
      )}
    </>
  );
}

function Missing({ project, environment, flag }: FlagPageProps) {
  return (
    <Notice
      icon={<FlagIcon size={20} />}
      title={flagText.missingTitle}
      action={
        <Link
          to="/projects/$project/environments/$environment/flags"
          params={{ project, environment: environment.key }}
        >
          <Button component="span" variant="default">
            {flagText.toFlags}
          </Button>
        </Link>
      }
    >
      {flagText.missing(flag)}
    </Notice>
  );
}
