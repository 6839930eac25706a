-- Why: which SDKs are connected, to which node, and which revision each has acknowledged, so that
-- whoever turns a flag off can be told who has heard of it, whatever node asks. New tables, no locks.
-- A node writes what has changed of its own connections. `lost_at` is null while an SDK is connected;
-- a row of which `forget_at` has passed, or whose node has given no sign for long, counts no more.
CREATE TABLE sdk_instance (
    project_id     BLOB    NOT NULL,
    environment_id BLOB    NOT NULL,
    instance       TEXT    NOT NULL,
    node           BLOB    NOT NULL,
    token          TEXT    NOT NULL,
    sdk            TEXT    NOT NULL,
    revision       INTEGER NOT NULL,
    connected_at   TEXT    NOT NULL,
    lost_at        TEXT,
    forget_at      TEXT,
    PRIMARY KEY (project_id, environment_id, instance),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
) STRICT, WITHOUT ROWID;

-- The nodes that have SDKs of an environment, and when each last gave a sign of life.
CREATE TABLE sdk_node (
    project_id     BLOB    NOT NULL,
    environment_id BLOB    NOT NULL,
    node           BLOB    NOT NULL,
    seen_at        TEXT    NOT NULL,
    PRIMARY KEY (project_id, environment_id, node),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
) STRICT, WITHOUT ROWID;
