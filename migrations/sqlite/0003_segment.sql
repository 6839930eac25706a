-- Why: named sets of tenants, the same in every environment of a project. New tables, no locks.
CREATE TABLE segment (
    project_id BLOB    NOT NULL REFERENCES project (id),
    id         BLOB    NOT NULL,
    key        TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    item       TEXT    NOT NULL,
    size       INTEGER NOT NULL DEFAULT 0,
    created_at TEXT    NOT NULL,
    updated_at TEXT    NOT NULL,
    PRIMARY KEY (project_id, id),
    UNIQUE (project_id, key)
) STRICT;

CREATE TABLE segment_member (
    project_id BLOB NOT NULL,
    segment_id BLOB NOT NULL,
    tenant     TEXT NOT NULL,
    PRIMARY KEY (project_id, segment_id, tenant),
    FOREIGN KEY (project_id, segment_id) REFERENCES segment (project_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
