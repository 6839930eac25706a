-- Why: projects are the boundary of isolation; environments carry the revisions. New tables, no locks.
-- The project's row holds the head of its audit log, so that writers take their turn on it.
CREATE TABLE project (
    id            BLOB    NOT NULL PRIMARY KEY,
    key           TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    created_at    TEXT    NOT NULL,
    audit_seq     INTEGER NOT NULL DEFAULT 0,
    audit_head    BLOB    NOT NULL,
    token_changes INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE environment (
    project_id BLOB    NOT NULL REFERENCES project (id),
    id         BLOB    NOT NULL,
    key        TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    revision   INTEGER NOT NULL DEFAULT 0,
    checksum   TEXT    NOT NULL DEFAULT '0000000000000000',
    position   INTEGER NOT NULL,
    created_at TEXT    NOT NULL,
    PRIMARY KEY (project_id, id),
    UNIQUE (project_id, key)
) STRICT;
