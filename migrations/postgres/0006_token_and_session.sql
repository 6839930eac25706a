-- Why: credentials, what was exchanged for them, and what their requests were answered. New tables,
-- no locks. Only hashes of secrets are kept. A token without a project is an admin of the server.
-- Sessions and idempotency keys belong to a token rather than to a project: only maintenance, which
-- checks credentials, sees them.
CREATE TABLE token (
    id             UUID        NOT NULL PRIMARY KEY,
    project_id     UUID        REFERENCES project (id),
    environment_id UUID,
    type           TEXT        NOT NULL,
    name           TEXT        NOT NULL,
    secret_hash    BYTEA       NOT NULL UNIQUE,
    previous_hash  BYTEA       UNIQUE,
    previous_until TIMESTAMPTZ,
    created_at     TIMESTAMPTZ NOT NULL,
    created_by     TEXT        NOT NULL,
    expires_at     TIMESTAMPTZ,
    revoked_at     TIMESTAMPTZ,
    last_used_at   TIMESTAMPTZ,
    CHECK (environment_id IS NULL OR project_id IS NOT NULL),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
);
CREATE INDEX token_by_project ON token (project_id, id);
ALTER TABLE token ENABLE ROW LEVEL SECURITY;
ALTER TABLE token FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON token USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);

CREATE TABLE web_session (
    key_hash     BYTEA       NOT NULL PRIMARY KEY,
    token_id     UUID        NOT NULL REFERENCES token (id),
    created_at   TIMESTAMPTZ NOT NULL,
    used_at      TIMESTAMPTZ NOT NULL,
    idle_seconds BIGINT      NOT NULL,
    idle_until   TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL
);
ALTER TABLE web_session ENABLE ROW LEVEL SECURITY;
ALTER TABLE web_session FORCE ROW LEVEL SECURITY;
CREATE POLICY maintenance_only ON web_session USING (
    current_setting('app.maintenance', true) = 'on'
);

CREATE TABLE idempotency_key (
    token_id    UUID        NOT NULL REFERENCES token (id),
    key         TEXT        NOT NULL,
    fingerprint BYTEA       NOT NULL,
    claimed_at  TIMESTAMPTZ NOT NULL,
    answer      TEXT,
    PRIMARY KEY (token_id, key)
);
ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_key FORCE ROW LEVEL SECURITY;
CREATE POLICY maintenance_only ON idempotency_key USING (
    current_setting('app.maintenance', true) = 'on'
);
