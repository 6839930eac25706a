/** A segment's members; those of a listed segment can be added and taken out. */
import { ActionIcon, Button, Modal, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { CrossIcon, PlusIcon, SegmentIcon } from "@/design/icons";
import { ListPanel, ListSkeleton } from "@/design/list-panel";
import { Notice } from "@/design/notice";
import { refreshPaged, usePaged } from "@/design/paged";
import { QueryError } from "@/design/query-error";
import { Refusal, reasonOf } from "@/design/refusal";
import { Cell, VirtualRows } from "@/design/virtual-rows";
import { toastRefused, toastSaved } from "@/features/flags/changed-toast";
import { useNearestEnvironment } from "@/features/projects/place";
import {
  addMembers,
  keysOf,
  membersQuery,
  removeMembers,
  type Segment,
} from "@/features/segments/segments";
import { commonText } from "@/text/common";
import { segmentsText } from "@/text/segments";
import classes from "./segment-page.module.css";
import form from "./segments.module.css";

interface MemberListProps {
  project: string;
  segment: Segment;
  onChanged: () => Promise<unknown>;
}

const words = segmentsText.page;

export function MemberList({ project, segment, onChanged }: MemberListProps) {
  const client = useQueryClient();
  const environment = useNearestEnvironment()?.key;
  const options = membersQuery(project, segment.key);
  const query = useInfiniteQuery(options);
  const { rows, more } = usePaged(query);
  const [adding, dialog] = useDisclosure(false);
  const listed = segment.conditions == null;

  // A long list is not read again as a whole by the page's own refreshing.
  const seen = useRef(segment.updated_at);
  useEffect(() => {
    if (seen.current !== segment.updated_at) {
      seen.current = segment.updated_at;
      void refreshPaged(client, membersQuery(project, segment.key).queryKey);
    }
  }, [client, project, segment.key, segment.updated_at]);

  const remove = useMutation({
    mutationFn: (tenant: string) => removeMembers(project, segment.key, [tenant], false),
    onSuccess: async (_, tenant) => {
      toastSaved(`segment/${segment.key}`, words.removed(tenant));
      await onChanged();
    },
    onError: (error) => toastRefused(`segment/${segment.key}`, reasonOf(error)),
  });

  return (
    <section className={classes.section} aria-label={words.members}>
      <div className={classes.head}>
        <h2>
          {words.members} <span className={classes.muted}>{words.membersCount(segment.size)}</span>
        </h2>
        {listed && (
          <Button
            variant="default"
            size="compact-md"
            leftSection={<PlusIcon size={14} />}
            onClick={dialog.open}
          >
            {words.add}
          </Button>
        )}
      </div>
      <ListPanel label={words.members}>
        {rows === undefined &&
          (query.isError ? (
            <QueryError error={query.error} onRetry={query.refetch} />
          ) : (
            <ListSkeleton label={words.loadingMembers} />
          ))}
        {rows?.length === 0 && (
          <Notice icon={<SegmentIcon size={20} />} title={words.noMembersTitle}>
            {listed ? words.noMembersListed : words.noMembersConditions}
          </Notice>
        )}
        {rows !== undefined && rows.length > 0 && environment !== undefined && (
          <VirtualRows
            label={words.members}
            rows={rows}
            rowKey={(key) => key}
            more={more}
            total={segment.size}
            rowProps={(key) => ({ "data-member": key })}
            rowClassName={classes.row}
            estimate={37}
            columns={[
              { key: "tenant", head: commonHead, width: "minmax(0, 1fr)" },
              {
                key: "actions",
                head: <span className="visually-hidden">{words.more}</span>,
                width: "3rem",
              },
            ]}
          >
            {(key, { tabIndex }) => (
              <>
                <Cell className={classes.member}>
                  <Link
                    to="/projects/$project/environments/$environment/tenants/$tenant"
                    params={{ project, environment, tenant: key }}
                    tabIndex={tabIndex}
                  >
                    {key}
                  </Link>
                </Cell>
                <Cell className={classes.end}>
                  {listed && (
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      tabIndex={tabIndex}
                      aria-label={words.removeMember(key)}
                      onClick={() => remove.mutate(key)}
                    >
                      <CrossIcon size={14} />
                    </ActionIcon>
                  )}
                </Cell>
              </>
            )}
          </VirtualRows>
        )}
      </ListPanel>
      {adding && (
        <AddDialog
          project={project}
          segment={segment.key}
          onClose={dialog.close}
          onAdded={onChanged}
        />
      )}
    </section>
  );
}

const commonHead = segmentsText.form.key;

interface AddDialogProps {
  project: string;
  segment: string;
  onClose: () => void;
  onAdded: () => Promise<unknown>;
}

function AddDialog({ project, segment, onClose, onAdded }: AddDialogProps) {
  const [text, setText] = useState("");
  const keys = keysOf(text);
  const add = useMutation({
    mutationFn: (demote: boolean) => addMembers(project, segment, keys, demote),
    onSuccess: async ({ changed }) => {
      toastSaved(`segment/${segment}`, words.added(changed.length));
      onClose();
      await onAdded();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.addTitle}
      size={560}
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      <form
        className={form.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (keys.length > 0 && !add.isPending) {
            add.mutate(false);
          }
        }}
      >
        <Textarea
          label={words.addKeys}
          description={words.addHelp}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          rows={8}
          spellCheck={false}
          data-autofocus
        />
        <Refusal error={add.error} onDemote={() => add.mutate(true)} />
        <div className={form.actions}>
          <Button variant="default" onClick={onClose}>
            {commonText.cancel}
          </Button>
          <Button type="submit" disabled={keys.length === 0} loading={add.isPending}>
            {words.addSubmit(keys.length)}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
