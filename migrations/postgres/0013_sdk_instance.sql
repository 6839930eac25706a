-- Why: which SDKs are connected, to which node, and which revision each has acknowledged, so that
-- whoever turns a flag off can be told who has heard of it, whatever node asks. New tables, no locks.
-- A node writes what has changed of its own connections. `lost_at` is null while an SDK is connected;
-- a row of which `forget_at` has passed, or whose node has given no sign for long, counts no more.
CREATE TABLE sdk_instance (
    project_id     UUID        NOT NULL,
    environment_id UUID        NOT NULL,
    instance       TEXT        COLLATE "C" NOT NULL,
    node           UUID        NOT NULL,
    token          TEXT        COLLATE "C" NOT NULL,
    sdk            TEXT        COLLATE "C" NOT NULL,
    revision       BIGINT      NOT NULL,
    connected_at   TIMESTAMPTZ NOT NULL,
    lost_at        TIMESTAMPTZ,
    forget_at      TIMESTAMPTZ,
    PRIMARY KEY (project_id, environment_id, instance),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
);
ALTER TABLE sdk_instance ENABLE ROW LEVEL SECURITY;
ALTER TABLE sdk_instance FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON sdk_instance USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);

-- The nodes that have SDKs of an environment, and when each last gave a sign of life.
CREATE TABLE sdk_node (
    project_id     UUID        NOT NULL,
    environment_id UUID        NOT NULL,
    node           UUID        NOT NULL,
    seen_at        TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (project_id, environment_id, node),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
);
ALTER TABLE sdk_node ENABLE ROW LEVEL SECURITY;
ALTER TABLE sdk_node FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON sdk_node USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);
