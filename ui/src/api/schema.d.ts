/** Written by hand until the description of the API can be generated from. */
export interface paths {
  "/api/v1/session": {
    get: { responses: { 200: { content: { "application/json": components["schemas"]["Session"] } } } };
    post: {
      requestBody: { content: { "application/json": { token: string } } };
      responses: { 200: { content: { "application/json": components["schemas"]["Session"] } } };
    };
    delete: { responses: { 204: { content?: never } } };
  };
  "/api/v1/projects": {
    get: { responses: { 200: { content: { "application/json": { items: components["schemas"]["Project"][] } } } } };
  };
  "/api/v1/projects/{project}/environments": {
    get: {
      parameters: { path: { project: string } };
      responses: { 200: { content: { "application/json": { items: components["schemas"]["Environment"][] } } } };
    };
  };
  "/api/v1/projects/{project}/flags": {
    get: {
      parameters: {
        path: { project: string };
        query?: {
          q?: string;
          state?: "active" | "archived" | "all";
          expiry?: "expired" | "due";
          environment?: string;
          on?: boolean;
          limit?: number;
          cursor?: string;
        };
      };
      responses: { 200: { content: { "application/json": components["schemas"]["FlagList"] } } };
    };
    post: {
      parameters: { path: { project: string } };
      requestBody: { content: { "application/json": components["schemas"]["CreateFlag"] } };
      responses: { 201: { content: { "application/json": components["schemas"]["Flag"] } } };
    };
  };
  "/api/v1/projects/{project}/flags/{flag}": {
    get: {
      parameters: { path: { project: string; flag: string } };
      responses: { 200: { content: { "application/json": components["schemas"]["Flag"] } } };
    };
  };
  "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting": {
    get: {
      parameters: { path: { project: string; environment: string; flag: string } };
      responses: { 200: { content: { "application/json": components["schemas"]["Targeting"] } } };
    };
    patch: {
      parameters: {
        path: { project: string; environment: string; flag: string };
        header: { "If-Match": string };
      };
      requestBody: { content: { "application/json": Record<string, unknown> } };
      responses: { 200: { content: { "application/json": components["schemas"]["Targeting"] } } };
    };
  };
}
export interface components {
  schemas: {
    Session: { type: string; name: string; project?: string | null; environment?: string | null };
    Project: { key: string; name: string };
    Environment: { key: string; name: string; revision: number; created_at: string };
    FlagKind: "release" | "experiment" | "ops" | "permission";
    FlagEnvironment: {
      environment: string;
      on: boolean;
      threshold: number;
      rules: number;
      allow: number;
      block: number;
      variants: number;
      updated_at: string;
    };
    Flag: {
      key: string;
      name: string;
      description: string;
      kind: components["schemas"]["FlagKind"];
      owner?: string | null;
      tags: string[];
      salt: string;
      expires_on?: string | null;
      extensions: number;
      created_at: string;
      created_by: string;
      updated_at: string;
      archived_at?: string | null;
      environments: components["schemas"]["FlagEnvironment"][];
    };
    FlagList: { items: components["schemas"]["Flag"][]; next_cursor?: string | null };
    CreateFlag: {
      key: string;
      name?: string;
      description?: string;
      kind?: components["schemas"]["FlagKind"];
      owner?: string;
      tags?: string[];
      expires_on?: string;
    };
    Targeting: { on: boolean; rollout: { threshold: number; salt?: string | null } };
  };
}
