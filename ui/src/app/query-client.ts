/** How data is kept: what to try again, and what it means when the session is over. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiProblem, hasStatus } from "@/api/problem";
import { sessionQuery } from "@/features/session/session";

const MOST_RETRIES = 2;

export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // The live connection says when something changed.
        staleTime: 30_000,
        // A refusal stays one; a lost or failed request may go through.
        retry: (failures, error) =>
          failures < MOST_RETRIES && !(error instanceof ApiProblem && error.status < 500),
        // Asks even when the browser believes to be offline: the server may be this machine.
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
  /** Any answer may say that the caller is nobody now; a sign-in that is refused ends nothing. */
  function onError(error: Error): void {
    if (hasStatus(error, 401) && client.getQueryData(sessionQuery.queryKey)) {
      client.setQueryData(sessionQuery.queryKey, null);
    }
  }
  return client;
}
