-- Why: the roster, the tenants that a project knows by name. A new table, and a column with a constant
-- default: ACCESS EXCLUSIVE on `project` for a moment, no row is rewritten.
-- `version` is the number of the audit entry that last changed the row, so that a tenant that was
-- deleted and created anew never has a version it had before; `roster_version` is that of the newest
-- change of any of them. `weight` is relative: a tenant's part of the sum of all.
CREATE TABLE tenant (
    project_id UUID        NOT NULL REFERENCES project (id),
    key        TEXT        COLLATE "C" NOT NULL,
    name       TEXT        COLLATE "C" NOT NULL,
    attributes JSONB       NOT NULL,
    weight     BIGINT      NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    version    BIGINT      NOT NULL,
    PRIMARY KEY (project_id, key)
);
ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON tenant USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);

ALTER TABLE project ADD COLUMN roster_version BIGINT NOT NULL DEFAULT 0;
