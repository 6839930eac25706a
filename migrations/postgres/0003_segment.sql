-- Why: named sets of tenants, the same in every environment of a project. New tables, no locks.
CREATE TABLE segment (
    project_id UUID        NOT NULL REFERENCES project (id),
    id         UUID        NOT NULL,
    key        TEXT        COLLATE "C" NOT NULL,
    name       TEXT        NOT NULL,
    item       TEXT        NOT NULL,
    size       BIGINT      NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (project_id, id),
    UNIQUE (project_id, key)
);
ALTER TABLE segment ENABLE ROW LEVEL SECURITY;
ALTER TABLE segment FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON segment USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);

CREATE TABLE segment_member (
    project_id UUID NOT NULL,
    segment_id UUID NOT NULL,
    tenant     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (project_id, segment_id, tenant),
    FOREIGN KEY (project_id, segment_id) REFERENCES segment (project_id, id) ON DELETE CASCADE
);
ALTER TABLE segment_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE segment_member FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON segment_member USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);
