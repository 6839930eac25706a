-- Why: what people are told of what happens by itself, until everybody has been told. New tables.
CREATE TABLE notification_settings (
    project_id BLOB NOT NULL PRIMARY KEY REFERENCES project (id),
    document   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- `once` says what it is about: nobody is told twice of the same. `document` is what happened;
-- `deliveries` is whom it goes to and what came of it, and is not there before the first try.
-- `due_at` is when it is tried next, and is not there when all is done.
CREATE TABLE notification (
    project_id BLOB    NOT NULL REFERENCES project (id),
    id         BLOB    NOT NULL,
    topic      TEXT    NOT NULL,
    once       TEXT    NOT NULL,
    document   TEXT    NOT NULL,
    deliveries TEXT,
    attempts   INTEGER NOT NULL,
    created_at TEXT    NOT NULL,
    due_at     TEXT,
    PRIMARY KEY (project_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX notification_once ON notification (project_id, once);
CREATE INDEX notification_due ON notification (due_at) WHERE due_at IS NOT NULL;
