/** Who is signed in. The token itself is sent once and kept nowhere. */
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, call, type Schemas } from "@/api/client";
import { hasStatus } from "@/api/problem";

export type Session = Schemas["Session"];

/** `null` when nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return (await call(api.GET("/api/v1/session", { signal }))).data;
    } catch (error) {
      if (hasStatus(error, 401)) {
        return null;
      }
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export async function signIn(client: QueryClient, token: string): Promise<void> {
  const { data } = await call(api.POST("/api/v1/session", { body: { token } }));
  // What another token read is not this one's to see.
  client.getQueryCache().clear();
  client.setQueryData(sessionQuery.queryKey, data);
}

/** Ends the session at the server; one that is over already is just as well. */
export async function signOut(): Promise<void> {
  try {
    await call(api.DELETE("/api/v1/session"));
  } catch (error) {
    if (!hasStatus(error, 401)) {
      throw error;
    }
  }
}
