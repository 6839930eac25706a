/** The project's segments. */
import { Button } from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { Ago } from "@/design/ago";
import { PlusIcon, SearchIcon, SegmentIcon } from "@/design/icons";
import { ListPanel, ListSkeleton, ListToolbar } from "@/design/list-panel";
import list from "@/design/named-rows.module.css";
import { Notice } from "@/design/notice";
import { PageHeader } from "@/design/page-header";
import { prefetch } from "@/design/prefetch";
import { QueryError, StaleBanner } from "@/design/query-error";
import { SearchField } from "@/design/search-field";
import { Cell, VirtualRows } from "@/design/virtual-rows";
import { type Segment, segmentsKey, segmentsQuery } from "@/features/segments/segments";
import { useLogged } from "@/live/log";
import { commonText } from "@/text/common";
import { formatCount } from "@/text/format";
import { segmentsText } from "@/text/segments";

interface SegmentsPageProps {
  project: string;
  q: string;
  onSearch: (q: string) => void;
}

const words = segmentsText;
const formModule = () => import("@/features/segments/segment-form");
const SegmentForm = lazy(async () => ({ default: (await formModule()).SegmentForm }));

export function SegmentsPage({ project, q, onSearch }: SegmentsPageProps) {
  useDocumentTitle(commonText.pageTitle(words.title));
  const client = useQueryClient();
  const navigate = useNavigate();
  const [creating, dialog] = useDisclosure(false);
  const query = useQuery(segmentsQuery(project));
  // Members of segments by conditions come and go with the roster.
  useLogged(() => void client.invalidateQueries({ queryKey: segmentsKey(project) }));

  const text = q.trim().toLowerCase();
  const rows = query.data?.filter(
    ({ key, name }) => text === "" || `${key}\n${name}`.toLowerCase().includes(text),
  );
  const to = "/projects/$project/segments/$segment" as const;
  const paramsOf = ({ key }: Segment) => ({ project, segment: key });
  const create = (
    <Button
      leftSection={<PlusIcon />}
      onClick={dialog.open}
      onPointerEnter={() => prefetch(formModule)}
      onFocus={() => prefetch(formModule)}
    >
      {words.create}
    </Button>
  );

  return (
    <>
      <PageHeader title={words.title} description={words.description} actions={create} />
      <ListToolbar>
        <SearchField value={q} label={words.search} onSearch={onSearch} />
      </ListToolbar>
      {query.isError && query.data !== undefined && <StaleBanner onRetry={query.refetch} />}
      <ListPanel label={words.title}>
        {rows === undefined &&
          (query.isError ? (
            <QueryError error={query.error} onRetry={query.refetch} />
          ) : (
            <ListSkeleton label={words.loading} />
          ))}
        {query.data?.length === 0 && (
          <Notice icon={<SegmentIcon size={20} />} title={words.noneTitle} action={create}>
            {words.none}
          </Notice>
        )}
        {rows?.length === 0 && query.data?.length !== 0 && (
          <Notice
            icon={<SearchIcon size={20} />}
            title={words.noMatchTitle}
            action={
              <Button variant="default" onClick={() => onSearch("")}>
                {words.clear}
              </Button>
            }
          >
            {words.noMatch}
          </Notice>
        )}
        {rows !== undefined && rows.length > 0 && (
          <VirtualRows
            label={words.title}
            rows={rows}
            rowKey={({ key }) => key}
            rowProps={({ key }) => ({ "data-segment": key })}
            rowClassName={list.row}
            onOpen={(segment) => void navigate({ to, params: paramsOf(segment) })}
            estimate={53}
            columns={[
              { key: "segment", head: words.columns.segment, width: "minmax(12rem, 2fr)" },
              { key: "kind", head: words.columns.kind, width: "minmax(9rem, 1fr)" },
              { key: "members", head: words.columns.members, width: "7rem", numeric: true },
              { key: "updated", head: words.columns.updated, width: "9rem" },
            ]}
          >
            {(segment) => (
              <>
                <Cell className={list.nameCell}>
                  <Link to={to} params={paramsOf(segment)} className={list.name} tabIndex={-1}>
                    {segment.name}
                  </Link>
                  {segment.name !== segment.key && <span className={list.key}>{segment.key}</span>}
                </Cell>
                <Cell className={`${list.muted} ${list.whole}`}>
                  {segment.conditions == null
                    ? words.listed
                    : words.conditions(segment.conditions.length)}
                </Cell>
                <Cell numeric label={words.columns.members}>
                  {formatCount(segment.size)}
                </Cell>
                <Cell className={list.muted} label={words.columns.updated}>
                  <Ago at={segment.updated_at} />
                </Cell>
              </>
            )}
          </VirtualRows>
        )}
      </ListPanel>
      {creating && (
        <Suspense fallback={null}>
          <SegmentForm project={project} onClose={dialog.close} />
        </Suspense>
      )}
    </>
  );
}
