-- Why: who changed what, when and why; append-only and hash-chained per project. New table, no locks.
-- `documents` is TEXT because its bytes are hashed. `token_id` has no foreign key: an admin's token
-- belongs to no project, and an entry must outlive everything it names.
CREATE TABLE audit_entry (
    project_id  UUID        NOT NULL REFERENCES project (id),
    seq         BIGINT      NOT NULL,
    at          TIMESTAMPTZ NOT NULL,
    actor       TEXT        NOT NULL,
    token_id    UUID,
    action      TEXT        NOT NULL,
    target      TEXT        NOT NULL,
    flag        TEXT,
    environment TEXT,
    revision    BIGINT,
    reason      TEXT,
    request_id  TEXT,
    documents   TEXT        NOT NULL,
    hash        BYTEA       NOT NULL,
    PRIMARY KEY (project_id, seq)
);
CREATE INDEX audit_entry_by_flag ON audit_entry (project_id, flag, seq);
ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON audit_entry USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);
