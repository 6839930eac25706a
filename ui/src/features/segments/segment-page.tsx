/** One segment: who is in it and why, where it is used, and the ways to change it. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ApiProblem, hasStatus } from "@/api/problem";
import { ConfirmDialog } from "@/design/confirm-dialog";
import { CopyText } from "@/design/copy-button";
import { DotsIcon, SearchIcon } from "@/design/icons";
import { ListSkeleton } from "@/design/list-panel";
import { Notice } from "@/design/notice";
import { PageHeader } from "@/design/page-header";
import { QueryError, StaleBanner } from "@/design/query-error";
import { toastSaved } from "@/features/flags/changed-toast";
import { MemberList } from "@/features/segments/member-list";
import { RenameDialog } from "@/features/segments/rename-dialog";
import { SegmentConditions } from "@/features/segments/segment-conditions";
import { SegmentUses } from "@/features/segments/segment-uses";
import {
  deleteSegment,
  type SegmentUse,
  segmentQuery,
  segmentsKey,
  updateSegment,
} from "@/features/segments/segments";
import { useLogged } from "@/live/log";
import { commonText } from "@/text/common";
import { segmentsText } from "@/text/segments";
import classes from "./segment-page.module.css";

interface SegmentPageProps {
  project: string;
  segment: string;
}

const words = segmentsText.page;

export function SegmentPage({ project, segment: key }: SegmentPageProps) {
  const client = useQueryClient();
  const query = useQuery(segmentQuery(project, key));
  const [renaming, rename] = useDisclosure(false);
  const [removing, removal] = useDisclosure(false);
  const [listing, list] = useDisclosure(false);
  const [conditioning, condition] = useDisclosure(false);
  const segment = query.data?.segment;
  useDocumentTitle(commonText.pageTitle(segment?.name ?? key));

  const refresh = () => client.invalidateQueries({ queryKey: segmentsKey(project) });
  // Its members follow the roster, its users follow flags and plans: any change may be one of it.
  useLogged(() => void refresh());

  if (segment === undefined && hasStatus(query.error, 404)) {
    return (
      <Notice
        icon={<SearchIcon size={20} />}
        title={segmentsText.missingTitle}
        action={
          <Link to="/projects/$project/segments" params={{ project }}>
            <Button component="span" variant="default">
              {segmentsText.toSegments}
            </Button>
          </Link>
        }
      >
        {segmentsText.missing(key)}
      </Notice>
    );
  }
  if (segment === undefined) {
    return query.isError ? (
      <QueryError error={query.error} onRetry={query.refetch} />
    ) : (
      <ListSkeleton label={segmentsText.loading} />
    );
  }
  const uses = query.data?.used_by ?? [];
  const { conditions } = segment;
  return (
    <>
      <PageHeader
        title={segment.name}
        breadcrumbs={[
          <Link key="segments" to="/projects/$project/segments" params={{ project }}>
            {words.back}
          </Link>,
        ]}
        description={<CopyText value={key} label={words.copyKey(key)} />}
        actions={
          <>
            <Button variant="default" onClick={rename.open}>
              {words.rename}
            </Button>
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="default" size={36} aria-label={words.more}>
                  <DotsIcon />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {conditions != null && <Menu.Item onClick={list.open}>{words.toListed}</Menu.Item>}
                <Menu.Item color="red" onClick={removal.open}>
                  {words.remove}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </>
        }
      />
      {query.isError && <StaleBanner onRetry={query.refetch} />}
      <div className={classes.columns}>
        <div>
          <SegmentConditions
            project={project}
            segment={segment}
            begun={conditioning}
            onSaved={refresh}
            onEnd={condition.close}
          />
          <MemberList project={project} segment={segment} onChanged={refresh} />
        </div>
        <SegmentUses project={project} uses={uses} />
      </div>
      {renaming && (
        <RenameDialog
          name={segment.name}
          onClose={rename.close}
          onRename={async (name) => {
            await updateSegment(project, key, { name }, false);
            toastSaved(`segment/${key}`, words.renamed);
            await refresh();
          }}
        />
      )}
      <ConfirmDialog
        opened={listing}
        title={words.toListedTitle}
        confirm={words.toListed}
        onClose={list.close}
        onConfirm={async () => {
          await updateSegment(project, key, { conditions: null }, false);
          toastSaved(`segment/${key}`, words.toListedDone);
          await refresh();
        }}
      >
        {words.toListedText}
      </ConfirmDialog>
      <DeleteDialog
        project={project}
        segment={key}
        name={segment.name}
        size={segment.size}
        uses={uses}
        opened={removing}
        onClose={removal.close}
        onRefused={() => void refresh()}
      />
    </>
  );
}

interface DeleteDialogProps {
  project: string;
  segment: string;
  name: string;
  size: number;
  uses: readonly SegmentUse[];
  opened: boolean;
  onClose: () => void;
  onRefused: () => void;
}

/** Refused while somebody uses it: by whom is said before it is tried. */
function DeleteDialog({
  project,
  segment,
  name,
  size,
  uses,
  opened,
  onClose,
  onRefused,
}: DeleteDialogProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [inUse, setInUse] = useState(false);
  const used = uses.length > 0 || inUse;
  return (
    <ConfirmDialog
      opened={opened}
      title={words.deleteTitle(name)}
      confirm={words.deleteConfirm}
      danger
      disabled={uses.length > 0}
      onClose={onClose}
      onConfirm={async () => {
        try {
          await deleteSegment(project, segment);
        } catch (error) {
          // Somebody began to use it a moment ago.
          if (error instanceof ApiProblem && error.code === "segment_in_use") {
            setInUse(true);
            onRefused();
          }
          throw error;
        }
        toastSaved(`segment/${segment}`, words.deleted(segment));
        await navigate({ to: "/projects/$project/segments", params: { project } });
        client.removeQueries({ queryKey: [...segmentsKey(project), "one", segment] });
        await client.invalidateQueries({ queryKey: segmentsKey(project) });
      }}
    >
      {used ? words.deleteInUse : words.deleteText(size)}
      {used && <SegmentUses project={project} uses={uses} bare />}
    </ConfirmDialog>
  );
}
