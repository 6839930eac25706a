-- Why: flags, their targeting in each environment, and their key lists. New tables, no locks.
-- `item` is the very text that is streamed; the columns beside it are read out of it when it is
-- written, for lists and checks. Key lists are rows, because they reach 100 000 tenants.
-- `owner_token` is the creator's token if nobody else was named; no foreign key, since an admin's
-- token belongs to no project.
CREATE TABLE flag (
    project_id  BLOB    NOT NULL REFERENCES project (id),
    id          BLOB    NOT NULL,
    key         TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    owner       TEXT    NOT NULL,
    owner_token BLOB,
    tags        TEXT    NOT NULL,
    salt        TEXT    NOT NULL,
    expires_on  TEXT,
    extensions  INTEGER NOT NULL DEFAULT 0,
    created_at  TEXT    NOT NULL,
    created_by  TEXT    NOT NULL,
    updated_at  TEXT    NOT NULL,
    archived_at TEXT,
    version     INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (project_id, id),
    UNIQUE (project_id, key)
) STRICT;

CREATE TABLE targeting (
    project_id     BLOB    NOT NULL,
    environment_id BLOB    NOT NULL,
    flag_id        BLOB    NOT NULL,
    item           TEXT    NOT NULL,
    is_on          INTEGER NOT NULL,
    threshold      INTEGER NOT NULL,
    rule_count     INTEGER NOT NULL,
    variant_count  INTEGER NOT NULL,
    allow_count    INTEGER NOT NULL DEFAULT 0,
    block_count    INTEGER NOT NULL DEFAULT 0,
    prerequisites  TEXT    NOT NULL,
    segments       TEXT    NOT NULL,
    updated_at     TEXT    NOT NULL,
    version        INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (project_id, environment_id, flag_id),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id),
    FOREIGN KEY (project_id, flag_id) REFERENCES flag (project_id, id)
) STRICT;
CREATE INDEX targeting_by_flag ON targeting (project_id, flag_id);

CREATE TABLE list_member (
    project_id     BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    flag_id        BLOB NOT NULL,
    list           TEXT NOT NULL CHECK (list IN ('allow', 'block')),
    tenant         TEXT NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag_id, list, tenant),
    FOREIGN KEY (project_id, environment_id, flag_id)
        REFERENCES targeting (project_id, environment_id, flag_id)
) STRICT, WITHOUT ROWID;
