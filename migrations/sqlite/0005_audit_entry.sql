-- Why: who changed what, when and why; append-only and hash-chained per project. New table, no locks.
-- `documents` is TEXT because its bytes are hashed. `token_id` has no foreign key: an admin's token
-- belongs to no project, and an entry must outlive everything it names.
CREATE TABLE audit_entry (
    project_id  BLOB    NOT NULL REFERENCES project (id),
    seq         INTEGER NOT NULL,
    at          TEXT    NOT NULL,
    actor       TEXT    NOT NULL,
    token_id    BLOB,
    action      TEXT    NOT NULL,
    target      TEXT    NOT NULL,
    flag        TEXT,
    environment TEXT,
    revision    INTEGER,
    reason      TEXT,
    request_id  TEXT,
    documents   TEXT    NOT NULL,
    hash        BLOB    NOT NULL,
    PRIMARY KEY (project_id, seq)
) STRICT;
CREATE INDEX audit_entry_by_flag ON audit_entry (project_id, flag, seq);
