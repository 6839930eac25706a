-- Why: flags, their targeting in each environment, and their key lists. New tables, no locks.
-- `item` is the very text that is streamed; the columns beside it are read out of it when it is
-- written, for lists and checks. Key lists are rows, because they reach 100 000 tenants.
-- `owner_token` is the creator's token if nobody else was named; no foreign key, since an admin's
-- token belongs to no project.
CREATE TABLE flag (
    project_id  UUID        NOT NULL REFERENCES project (id),
    id          UUID        NOT NULL,
    key         TEXT        COLLATE "C" NOT NULL,
    name        TEXT        COLLATE "C" NOT NULL,
    description TEXT        COLLATE "C" NOT NULL,
    kind        TEXT        NOT NULL,
    owner       TEXT        NOT NULL,
    owner_token UUID,
    tags        JSONB       NOT NULL,
    salt        TEXT        NOT NULL,
    expires_on  DATE,
    extensions  BIGINT      NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL,
    created_by  TEXT        NOT NULL,
    updated_at  TIMESTAMPTZ NOT NULL,
    archived_at TIMESTAMPTZ,
    version     BIGINT      NOT NULL DEFAULT 1,
    PRIMARY KEY (project_id, id),
    UNIQUE (project_id, key)
);
ALTER TABLE flag ENABLE ROW LEVEL SECURITY;
ALTER TABLE flag FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON flag USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);

CREATE TABLE targeting (
    project_id     UUID        NOT NULL,
    environment_id UUID        NOT NULL,
    flag_id        UUID        NOT NULL,
    item           TEXT        NOT NULL,
    is_on          BOOLEAN     NOT NULL,
    threshold      BIGINT      NOT NULL,
    rule_count     BIGINT      NOT NULL,
    variant_count  BIGINT      NOT NULL,
    allow_count    BIGINT      NOT NULL DEFAULT 0,
    block_count    BIGINT      NOT NULL DEFAULT 0,
    prerequisites  JSONB       NOT NULL,
    segments       JSONB       NOT NULL,
    updated_at     TIMESTAMPTZ NOT NULL,
    version        BIGINT      NOT NULL DEFAULT 1,
    PRIMARY KEY (project_id, environment_id, flag_id),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id),
    FOREIGN KEY (project_id, flag_id) REFERENCES flag (project_id, id)
);
CREATE INDEX targeting_by_flag ON targeting (project_id, flag_id);
ALTER TABLE targeting ENABLE ROW LEVEL SECURITY;
ALTER TABLE targeting FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON targeting USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);

CREATE TABLE list_member (
    project_id     UUID NOT NULL,
    environment_id UUID NOT NULL,
    flag_id        UUID NOT NULL,
    list           TEXT COLLATE "C" NOT NULL CHECK (list IN ('allow', 'block')),
    tenant         TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag_id, list, tenant),
    FOREIGN KEY (project_id, environment_id, flag_id)
        REFERENCES targeting (project_id, environment_id, flag_id)
);
ALTER TABLE list_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE list_member FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON list_member USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);
