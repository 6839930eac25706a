/** The project's tokens: made, given new secrets, revoked. A secret is shown exactly once. */
import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Ago } from "@/design/ago";
import { ConfirmDialog } from "@/design/confirm-dialog";
import { LockIcon, PlusIcon } from "@/design/icons";
import { FilterChoice, ListPanel, ListSkeleton } from "@/design/list-panel";
import { Notice } from "@/design/notice";
import { QueryError, StaleBanner } from "@/design/query-error";
import { useNow } from "@/design/use-now";
import { toastSaved } from "@/features/flags/changed-toast";
import type { Environment } from "@/features/projects/projects";
import type { Session } from "@/features/session/session";
import { RotateDialog } from "@/features/settings/rotate-dialog";
import { SecretDialog } from "@/features/settings/secret-dialog";
import {
  type NewToken,
  revokeToken,
  type Token,
  tokenState,
  tokensKey,
  tokensQuery,
} from "@/features/settings/settings";
import { SettingsLayout } from "@/features/settings/settings-layout";
import { TokenForm } from "@/features/settings/token-form";
import { TokenList } from "@/features/settings/token-list";
import { useLogged } from "@/live/log";
import { settingsText } from "@/text/settings";
import classes from "./settings.module.css";

interface TokensPageProps {
  project: string;
  environments: readonly Environment[];
  session: Session;
  /** Also those that are revoked or expired. */
  all: boolean;
  onAll: (all: boolean) => void;
}

/** A token and the secret that it has just been given. */
interface Issued {
  token: NewToken;
  how: "created" | "rotated";
}

const words = settingsText.tokens;

export function TokensPage({ project, environments, session, all, onAll }: TokensPageProps) {
  const client = useQueryClient();
  const now = useNow();
  const query = useQuery(tokensQuery(project));
  const [creating, creation] = useDisclosure(false);
  const [issued, setIssued] = useState<Issued>();
  const [rotating, setRotating] = useState<Token>();
  const [revoking, setRevoking] = useState<Token>();
  const refresh = () => client.invalidateQueries({ queryKey: tokensKey(project) });
  useLogged((done) => {
    if (done.some("token.")) {
      void refresh();
    }
  });
  const rows = query.data?.filter((token) => all || tokenState(token, now) === "live");
  const create = (
    <Button leftSection={<PlusIcon />} onClick={creation.open}>
      {words.create}
    </Button>
  );

  return (
    <SettingsLayout project={project} section="tokens" actions={create}>
      <div className={classes.toolbar}>
        <p className={classes.help}>{words.help}</p>
        <FilterChoice
          label={words.show}
          choices={[
            { value: "live", label: words.shows.live },
            { value: "all", label: words.shows.all },
          ]}
          value={all ? "all" : "live"}
          onChange={(value) => onAll(value === "all")}
        />
      </div>
      {query.isError && query.data !== undefined && <StaleBanner onRetry={query.refetch} />}
      <ListPanel label={settingsText.sections.tokens}>
        {rows === undefined &&
          (query.isError ? (
            <QueryError error={query.error} onRetry={query.refetch} />
          ) : (
            <ListSkeleton label={words.loading} />
          ))}
        {rows?.length === 0 && <None any={query.data?.length !== 0} action={create} />}
        {rows !== undefined && rows.length > 0 && (
          <TokenList
            tokens={rows}
            environments={environments}
            now={now}
            onRotate={setRotating}
            onRevoke={setRevoking}
          />
        )}
      </ListPanel>
      {creating && (
        <TokenForm
          project={project}
          environments={environments}
          onClose={creation.close}
          onCreated={(token) => {
            creation.close();
            setIssued({ token, how: "created" });
            void refresh();
          }}
        />
      )}
      {rotating !== undefined && (
        <RotateDialog
          project={project}
          token={rotating}
          onClose={() => setRotating(undefined)}
          onRotated={(token) => {
            setRotating(undefined);
            setIssued({ token, how: "rotated" });
            void refresh();
          }}
        />
      )}
      {issued !== undefined && <SecretDialog {...issued} onClose={() => setIssued(undefined)} />}
      <ConfirmDialog
        opened={revoking !== undefined}
        title={words.revokeTitle(revoking?.name ?? "")}
        confirm={words.revokeConfirm}
        danger
        onClose={() => setRevoking(undefined)}
        onConfirm={async () => {
          if (revoking !== undefined) {
            await revokeToken(project, revoking.id);
            toastSaved(`token/${revoking.id}`, words.revokeDone(revoking.name));
            await refresh();
          }
        }}
      >
        {words.revokeText}
        {revoking?.last_used_at != null && (
          <>
            {" "}
            {words.revokeUsed} <Ago at={revoking.last_used_at} />.
          </>
        )}
        {revoking !== undefined &&
          revoking.name === session.name &&
          revoking.type === session.type && <p className={classes.warning}>{words.revokeOwn}</p>}
      </ConfirmDialog>
    </SettingsLayout>
  );
}

function None({ any, action }: { any: boolean; action: ReactNode }) {
  return (
    <Notice
      icon={<LockIcon size={20} />}
      title={any ? words.noneLiveTitle : words.noneTitle}
      action={action}
    >
      {any ? words.noneLive : words.none}
    </Notice>
  );
}
