/** Who is told of what happens by itself, by which ways, and what did not arrive. */
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ago } from "@/design/ago";
import { ListIcon } from "@/design/icons";
import { ListPanel, ListSkeleton } from "@/design/list-panel";
import { Notice } from "@/design/notice";
import { QueryError, StaleBanner } from "@/design/query-error";
import { reasonOf } from "@/design/refusal";
import { Cell, VirtualRows } from "@/design/virtual-rows";
import { toastRefused, toastSaved } from "@/features/flags/changed-toast";
import { NotificationForm } from "@/features/settings/notification-form";
import {
  type Notification,
  notificationSettingsQuery,
  notificationsKey,
  notificationsQuery,
  testNotification,
} from "@/features/settings/settings";
import { SettingsLayout } from "@/features/settings/settings-layout";
import { useLogged } from "@/live/log";
import { settingsText } from "@/text/settings";
import classes from "./settings.module.css";

const words = settingsText.notifications;

export function NotificationsPage({ project }: { project: string }) {
  const client = useQueryClient();
  const list = useQuery(notificationsQuery(project));
  const settings = useQuery(notificationSettingsQuery(project));
  const refresh = () => client.invalidateQueries({ queryKey: notificationsKey(project) });
  useLogged(() => void refresh());
  const test = useMutation({
    mutationFn: () => testNotification(project),
    onSuccess: async () => {
      toastSaved("notification", words.testSent);
      await refresh();
    },
    onError: (error) => toastRefused("notification", reasonOf(error)),
  });
  const channels = list.data?.channels;

  return (
    <SettingsLayout
      project={project}
      section="notifications"
      help={words.help}
      actions={
        <Button
          variant="default"
          disabled={channels === undefined || channels.length === 0}
          loading={test.isPending}
          onClick={() => test.mutate()}
        >
          {words.test}
        </Button>
      }
    >
      <section className={classes.section}>
        <h2>{words.ways}</h2>
        {channels?.length === 0 && <p>{words.none}</p>}
        {channels?.map((channel) => (
          <p key={channel}>{words.channels[channel]}</p>
        ))}
      </section>
      {settings.data === undefined &&
        (settings.isError ? (
          <QueryError error={settings.error} onRetry={settings.refetch} />
        ) : (
          <ListSkeleton label={settingsText.loading} />
        ))}
      {settings.data !== undefined && (
        <NotificationForm project={project} settings={settings.data} onSaved={refresh} />
      )}
      <section className={classes.section}>
        <h2>{words.latest}</h2>
        {list.isError && list.data !== undefined && <StaleBanner onRetry={list.refetch} />}
        <ListPanel label={words.latest}>
          {list.data === undefined && list.isError && (
            <QueryError error={list.error} onRetry={list.refetch} />
          )}
          {list.data?.items.length === 0 && (
            <Notice icon={<ListIcon size={20} />} title={words.noneYet} />
          )}
          {list.data !== undefined && list.data.items.length > 0 && (
            <VirtualRows
              label={words.latest}
              rows={list.data.items}
              rowKey={({ id }) => id}
              rowProps={({ topic }) => ({ "data-topic": topic })}
              rowClassName={classes.row}
              estimate={53}
              columns={[
                { key: "what", head: settingsText.sections.notifications, width: "minmax(0, 2fr)" },
                { key: "at", head: settingsText.tokens.columns.created, width: "9rem" },
                { key: "where", head: words.ways, width: "minmax(0, 2fr)" },
              ]}
            >
              {(it) => (
                <>
                  <Cell className={classes.nameCell}>
                    <strong>{it.headline}</strong>
                    <span className={classes.key}>{it.topic}</span>
                  </Cell>
                  <Cell className={classes.muted}>
                    <Ago at={it.at} />
                  </Cell>
                  <Cell>
                    <Deliveries of={it} />
                  </Cell>
                </>
              )}
            </VirtualRows>
          )}
        </ListPanel>
      </section>
    </SettingsLayout>
  );
}

function Deliveries({ of: { deliveries, next_try_at } }: { of: Notification }) {
  if (deliveries.length === 0) {
    return (
      <span className={classes.muted}>
        {next_try_at == null ? words.nobody : words.states.waiting}
      </span>
    );
  }
  return (
    <ul className={classes.deliveries}>
      {deliveries.map(({ channel, to, state, error }) => (
        <li key={`${channel} ${to ?? ""}`} data-state={state}>
          {words.states[state]}: {to ?? words.webhook}
          {error != null && state !== "delivered" && ` (${error})`}
        </li>
      ))}
      {next_try_at != null && (
        <li className={classes.muted}>
          {words.next} <Ago at={next_try_at} />
        </li>
      )}
    </ul>
  );
}
