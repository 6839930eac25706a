/** The project's settings: its name, its environments, its tokens, and who is told of what. */
import { queryOptions } from "@tanstack/react-query";
import { api, call, type Schemas } from "@/api/client";

export type Token = Schemas["Token"];
export type TokenType = Schemas["TokenType"];
export type NewToken = Schemas["NewToken"];
export type NotificationSettings = Schemas["NotificationSettings"];
export type NotificationList = Schemas["NotificationList"];
export type Notification = Schemas["Notification"];

export const tokensKey = (project: string) => ["project", project, "tokens"];
export const notificationsKey = (project: string) => ["project", project, "notifications"];

export async function renameProject(project: string, name: string): Promise<void> {
  await call(
    api.PATCH("/api/v1/projects/{project}", { params: { path: { project } }, body: { name } }),
  );
}

export async function createEnvironment(
  project: string,
  key: string,
  name: string,
): Promise<Schemas["Environment"]> {
  const request = api.POST("/api/v1/projects/{project}/environments", {
    params: { path: { project } },
    body: { key, name },
  });
  return (await call(request)).data;
}

export async function renameEnvironment(
  project: string,
  environment: string,
  name: string,
): Promise<void> {
  await call(
    api.PATCH("/api/v1/projects/{project}/environments/{environment}", {
      params: { path: { project, environment } },
      body: { name },
    }),
  );
}

export function tokensQuery(project: string) {
  return queryOptions({
    queryKey: tokensKey(project),
    queryFn: async ({ signal }) => {
      const request = api.GET("/api/v1/projects/{project}/tokens", {
        params: { path: { project } },
        signal,
      });
      return (await call(request)).data.items;
    },
    // When a token was last used is written without an entry in the log.
    refetchInterval: 60_000,
  });
}

export type TokenState = "live" | "expired" | "revoked";

export function tokenState({ revoked_at, expires_at }: Token, now: Date): TokenState {
  if (revoked_at != null) {
    return "revoked";
  }
  return expires_at != null && Date.parse(expires_at) <= now.getTime() ? "expired" : "live";
}

export const NEEDS_ENVIRONMENT: ReadonlySet<TokenType> = new Set(["sdk", "web"]);

export async function createToken(
  project: string,
  token: Schemas["CreateToken"],
): Promise<NewToken> {
  const request = api.POST("/api/v1/projects/{project}/tokens", {
    params: { path: { project } },
    body: token,
  });
  return (await call(request)).data;
}

export async function rotateToken(
  project: string,
  token: string,
  overlapSeconds: number,
): Promise<NewToken> {
  const request = api.POST("/api/v1/projects/{project}/tokens/{token}/rotate", {
    params: { path: { project, token } },
    body: { overlap_seconds: overlapSeconds },
  });
  return (await call(request)).data;
}

export async function revokeToken(project: string, token: string): Promise<void> {
  await call(
    api.DELETE("/api/v1/projects/{project}/tokens/{token}", {
      params: { path: { project, token } },
    }),
  );
}

export function notificationSettingsQuery(project: string) {
  return queryOptions({
    queryKey: [...notificationsKey(project), "settings"],
    queryFn: async ({ signal }) => {
      const request = api.GET("/api/v1/projects/{project}/notifications/settings", {
        params: { path: { project } },
        signal,
      });
      return (await call(request)).data;
    },
  });
}

export async function saveNotificationSettings(
  project: string,
  settings: NotificationSettings,
): Promise<NotificationSettings> {
  const request = api.PUT("/api/v1/projects/{project}/notifications/settings", {
    params: { path: { project } },
    body: settings,
  });
  return (await call(request)).data;
}

const MOST_NOTIFICATIONS = 50;
const UNDER_WAY_MS = 5_000;
const AT_REST_MS = 60_000;

export function notificationsQuery(project: string) {
  return queryOptions({
    queryKey: [...notificationsKey(project), "list"],
    queryFn: async ({ signal }) => {
      const request = api.GET("/api/v1/projects/{project}/notifications", {
        params: { path: { project }, query: { limit: MOST_NOTIFICATIONS } },
        signal,
      });
      return (await call(request)).data;
    },
    // A delivery is tried, and tried again, without an entry in the log.
    refetchInterval: ({ state: { data } }) =>
      data?.items.some((it) => it.deliveries.some(({ state }) => state === "waiting"))
        ? UNDER_WAY_MS
        : AT_REST_MS,
  });
}

export async function testNotification(project: string): Promise<void> {
  await call(
    api.POST("/api/v1/projects/{project}/notifications/test", {
      params: { path: { project } },
      body: {},
    }),
  );
}

/** Owners with their addresses, as lines of a form. */
export interface OwnerLine {
  owner: string;
  addresses: string[];
}

export function linesOfOwners(owners: Record<string, string[]>): OwnerLine[] {
  return Object.entries(owners)
    .map(([owner, addresses]) => ({ owner, addresses }))
    .toSorted((a, b) => (a.owner < b.owner ? -1 : 1));
}

/** A line without an owner and without addresses says nothing. */
export function ownersOf(lines: readonly OwnerLine[]): Record<string, string[]> {
  return Object.fromEntries(
    lines
      .filter(({ owner }) => owner.trim() !== "")
      .map(({ owner, addresses }) => [owner.trim(), addresses]),
  );
}
