-- Why: credentials, what was exchanged for them, and what their requests were answered. New tables,
-- no locks. Only hashes of secrets are kept. A token without a project is an admin of the server.
CREATE TABLE token (
    id             BLOB NOT NULL PRIMARY KEY,
    project_id     BLOB REFERENCES project (id),
    environment_id BLOB,
    type           TEXT NOT NULL,
    name           TEXT NOT NULL,
    secret_hash    BLOB NOT NULL UNIQUE,
    previous_hash  BLOB UNIQUE,
    previous_until TEXT,
    created_at     TEXT NOT NULL,
    created_by     TEXT NOT NULL,
    expires_at     TEXT,
    revoked_at     TEXT,
    last_used_at   TEXT,
    CHECK (environment_id IS NULL OR project_id IS NOT NULL),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
) STRICT;
CREATE INDEX token_by_project ON token (project_id, id);

CREATE TABLE web_session (
    key_hash     BLOB    NOT NULL PRIMARY KEY,
    token_id     BLOB    NOT NULL REFERENCES token (id),
    created_at   TEXT    NOT NULL,
    used_at      TEXT    NOT NULL,
    idle_seconds INTEGER NOT NULL,
    idle_until   TEXT    NOT NULL,
    expires_at   TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_key (
    token_id    BLOB NOT NULL REFERENCES token (id),
    key         TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    claimed_at  TEXT NOT NULL,
    answer      TEXT,
    PRIMARY KEY (token_id, key)
) STRICT;
