/**
 * A list that is read page by page, for `VirtualRows`: its rows in one piece, and how to get more.
 *
 * Invariants: a list of many pages is never read again as a whole by itself, which would be a
 * request for each page: `refreshPaged` marks it as changed instead, and whoever looks at it
 * decides when to begin anew.
 */
import {
  type InfiniteData,
  type QueryClient,
  type QueryKey,
  type UseInfiniteQueryResult,
  useQueryClient,
} from "@tanstack/react-query";
import { useMemo } from "react";
import type { More } from "@/design/virtual-rows";

interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

type Pages<T> = InfiniteData<Page<T>, unknown>;

interface Paged<T> {
  /** `undefined` before the first page. */
  rows: T[] | undefined;
  more: More;
}

/** What every paged list's query has in common. */
export const pageOptions = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { next_cursor?: string | null }) => page.next_cursor ?? undefined,
};

/** Up to so many pages are read again at once. */
const MOST_PAGES_TO_REFRESH = 3;

export function usePaged<T>(query: UseInfiniteQueryResult<Pages<T>, Error>): Paged<T> {
  const { data, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items), [data]);
  return {
    rows,
    more: {
      has: hasNextPage,
      loading: isFetchingNextPage || query.isFetching,
      failed: isFetchNextPageError,
      load: () => void fetchNextPage(),
    },
  };
}

/** Whether it is read again by itself; what is no list of pages is short. */
export function isShort({ state }: { state: { data?: unknown } }): boolean {
  const data = state.data as Partial<Pages<unknown>> | undefined;
  return (data?.pages?.length ?? 0) <= MOST_PAGES_TO_REFRESH;
}

/**
 * Reads the lists under this key again, each as far as it is short; resolves to whether some list
 * was too long for that.
 */
export async function refreshPaged(client: QueryClient, queryKey: QueryKey): Promise<boolean> {
  let some = false;
  await client.invalidateQueries({
    queryKey,
    refetchType: "none",
  });
  await client.refetchQueries({
    queryKey,
    type: "active",
    predicate: (query) => {
      const long = !isShort(query);
      some ||= long;
      return !long;
    },
  });
  return some;
}

/** Begins a list anew, at its first page. */
export function useBeginAnew(queryKey: QueryKey): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    client.setQueryData<Pages<unknown>>(queryKey, (data) =>
      data === undefined
        ? data
        : { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
    );
    window.scrollTo({ top: 0 });
    await client.refetchQueries({ queryKey, exact: true });
  };
}
