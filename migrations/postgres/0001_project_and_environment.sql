-- Why: projects are the boundary of isolation; environments carry the revisions. New tables, no locks.
-- The project's row holds the head of its audit log, so that writers take their turn on it.
-- Row-level security is the second wall; the first is that every statement filters by its scope.
-- FORCE, because the server's role owns the tables and would pass otherwise.
CREATE TABLE project (
    id            UUID        NOT NULL PRIMARY KEY,
    key           TEXT        COLLATE "C" NOT NULL UNIQUE,
    name          TEXT        NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    audit_seq     BIGINT      NOT NULL DEFAULT 0,
    audit_head    BYTEA       NOT NULL,
    token_changes BIGINT      NOT NULL DEFAULT 0
);
ALTER TABLE project ENABLE ROW LEVEL SECURITY;
ALTER TABLE project FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON project USING (
    id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);

CREATE TABLE environment (
    project_id UUID        NOT NULL REFERENCES project (id),
    id         UUID        NOT NULL,
    key        TEXT        COLLATE "C" NOT NULL,
    name       TEXT        NOT NULL,
    revision   BIGINT      NOT NULL DEFAULT 0,
    checksum   TEXT        NOT NULL DEFAULT '0000000000000000',
    position   BIGINT      NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (project_id, id),
    UNIQUE (project_id, key)
);
ALTER TABLE environment ENABLE ROW LEVEL SECURITY;
ALTER TABLE environment FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON environment USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);
