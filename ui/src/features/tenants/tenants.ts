/**
 * The roster: lists of tenants in the query cache, one tenant with its version, and the ways to
 * change them. Changes of a tenant carry the version that the reader saw.
 */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, call, type Schemas } from "@/api/client";
import { hasStatus } from "@/api/problem";
import { pageOptions } from "@/design/paged";
import { type AttributeValue, knownAttribute } from "@/features/tenants/attributes";

export type Tenant = Schemas["ListedTenant"];
export type TenantWithUsage = Schemas["TenantWithUsage"];

export const SORTS = ["key", "name", "weight", "created_at", "updated_at"] as const;
export type SortField = (typeof SORTS)[number];
export type Sort = SortField | `-${SortField}`;

/** A view of the roster, as its address has it. */
export interface RosterView {
  q?: string;
  sort?: Sort;
  /** Only tenants with this attribute, and, with `value`, with this value of it. */
  attribute?: string;
  value?: string;
}

/** Enough for any screen; whoever reads on reads much. */
const FIRST_PAGE_SIZE = 200;
const PAGE_SIZE = 1_000;
/** Everything that shows facts of the roster. */
export const rosterKey = (project: string) => ["project", project, "tenants"];

/** Requests are those of the environment, if one is named. */
export function tenantsQuery(project: string, view: RosterView, environment: string | undefined) {
  return infiniteQueryOptions({
    ...pageOptions,
    queryKey: [...rosterKey(project), "list", view, environment],
    queryFn: async ({ pageParam, signal }) => {
      const request = api.GET("/api/v1/projects/{project}/tenants", {
        params: {
          path: { project },
          query: {
            ...view,
            limit: pageParam === undefined ? FIRST_PAGE_SIZE : PAGE_SIZE,
            ...(environment !== undefined && { environment }),
            ...(pageParam && { cursor: pageParam }),
          },
        },
        signal,
      });
      return (await call(request)).data;
    },
    placeholderData: keepPreviousData,
  });
}

/** The attributes that tenants have, with their commonest values. */
export function attributesQuery(project: string) {
  return queryOptions({
    queryKey: [...rosterKey(project), "attributes"],
    queryFn: async ({ signal }) => {
      const request = api.GET("/api/v1/projects/{project}/tenant-attributes", {
        params: { path: { project } },
        signal,
      });
      return (await call(request)).data.items.map(knownAttribute);
    },
  });
}

/** A few tenants whose key or name has this text, to choose from. */
export function findTenantsQuery(project: string, text: string) {
  return queryOptions({
    queryKey: [...rosterKey(project), "find", text],
    queryFn: async ({ signal }) => {
      const request = api.GET("/api/v1/projects/{project}/tenants", {
        params: { path: { project }, query: { limit: 12, ...(text !== "" && { q: text }) } },
        signal,
      });
      return (await call(request)).data.items;
    },
    placeholderData: keepPreviousData,
  });
}

/** So many tenants are read at once; a roster of fewer needs no further question. */
const NAMES_AT_ONCE = 1_000;

/** The names of the first tenants of the roster by key, and whether those are all. */
export function namesQuery(project: string) {
  return queryOptions({
    queryKey: [...rosterKey(project), "names"],
    queryFn: async ({ signal }) => {
      const request = api.GET("/api/v1/projects/{project}/tenants", {
        params: { path: { project }, query: { limit: NAMES_AT_ONCE } },
        signal,
      });
      const { items, next_cursor } = (await call(request)).data;
      return { names: new Map(items.map(({ key, name }) => [key, name])), all: !next_cursor };
    },
  });
}

/** One tenant's name; `null` if it is not on the roster. Not by its address: absence is no error. */
export function nameQuery(project: string, tenant: string) {
  return queryOptions({
    queryKey: [...rosterKey(project), "name", tenant],
    queryFn: async ({ signal }) => {
      const request = api.GET("/api/v1/projects/{project}/tenants", {
        params: { path: { project }, query: { q: tenant, limit: NAMES_AT_ONCE } },
        signal,
      });
      const { items } = (await call(request)).data;
      return items.find(({ key }) => key === tenant)?.name ?? null;
    },
  });
}

export interface VersionedTenant {
  tenant: TenantWithUsage;
  etag: string;
}

/** `null` for a tenant that is not on the roster; services may ask for it all the same. */
export function tenantQuery(project: string, tenant: string) {
  return queryOptions({
    queryKey: [...rosterKey(project), "one", tenant],
    queryFn: async ({ signal }): Promise<VersionedTenant | null> => {
      try {
        const { data, response } = await call(
          api.GET("/api/v1/projects/{project}/tenants/{tenant}", {
            params: { path: { project, tenant } },
            signal,
          }),
        );
        return { tenant: data, etag: response.headers.get("ETag") ?? "*" };
      } catch (error) {
        if (hasStatus(error, 404)) {
          return null;
        }
        throw error;
      }
    },
  });
}

/** Who has changed or removed the tenant since it was read; nobody if it is as it was. */
export async function whoChanged(
  project: string,
  { tenant: { key }, etag }: VersionedTenant,
): Promise<string | undefined> {
  const params = { path: { project, tenant: key } };
  const { response } = await api.GET("/api/v1/projects/{project}/tenants/{tenant}", { params });
  if (response.ok && response.headers.get("ETag") === etag) {
    return undefined;
  }
  const request = api.GET("/api/v1/projects/{project}/audit", {
    params: { path: { project }, query: { target: `tenant/${key}`, limit: 1 } },
  });
  return (await call(request)).data.items[0]?.actor ?? "";
}

/** What people say of a tenant. No weight: it is learned from usage. */
export interface TenantFacts {
  name: string | null;
  weight: number | null;
  attributes: Record<string, AttributeValue>;
}

export async function createTenant(
  project: string,
  key: string,
  facts: TenantFacts,
  demote: boolean,
): Promise<void> {
  await call(
    api.POST("/api/v1/projects/{project}/tenants", {
      params: { path: { project }, query: { demote } },
      body: { key, ...facts },
    }),
  );
}

export async function replaceTenant(
  project: string,
  tenant: string,
  etag: string,
  facts: TenantFacts,
  demote: boolean,
): Promise<void> {
  await call(
    api.PUT("/api/v1/projects/{project}/tenants/{tenant}", {
      params: { path: { project, tenant }, query: { demote }, header: { "If-Match": etag } },
      body: facts,
    }),
  );
}

export async function deleteTenant(
  project: string,
  tenant: string,
  demote: boolean,
): Promise<void> {
  await call(
    api.DELETE("/api/v1/projects/{project}/tenants/{tenant}", {
      params: { path: { project, tenant }, query: { demote }, header: { "If-Match": "*" } },
    }),
  );
}

export type ImportFormat = "application/x-ndjson" | "text/csv";

/** All of the file or nothing. It may be large and the way slow: as long as ten minutes. */
const IMPORT_TIME_OUT_MS = 600_000;

export async function importTenants(
  project: string,
  format: ImportFormat,
  file: Blob | string,
  demote: boolean,
): Promise<Schemas["ImportedTenants"]> {
  const request = api.POST("/api/v1/projects/{project}/tenants/import", {
    params: { path: { project }, query: { demote } },
    body: file as string,
    bodySerializer: (body) => body,
    headers: { "Content-Type": format },
    fetch: (it) => fetch(it, { signal: AbortSignal.timeout(IMPORT_TIME_OUT_MS) }),
  });
  return (await call(request)).data;
}

/** Adds the tenants that programs asked for and that nobody has put onto the roster. */
export async function learnTenants(
  project: string,
  environment: string,
): Promise<Schemas["ImportedTenants"]> {
  const request = api.POST("/api/v1/projects/{project}/environments/{environment}/tenants/learn", {
    params: { path: { project, environment } },
    body: {},
  });
  return (await call(request)).data;
}
