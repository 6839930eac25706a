-- Why: who asks which flag and what becomes of it, for showing it, for guarding rollouts, and for
-- proving that a flag can go. New tables, no locks.
-- Minutes and hours are counted from 1970-01-01T00:00Z: there are very many of these rows. Flags are
-- named by key, since some of them do not exist. None of this is streamed or audited.
CREATE TABLE flag_usage_minute (
    project_id     BLOB    NOT NULL,
    environment_id BLOB    NOT NULL,
    flag           TEXT    NOT NULL,
    minute         INTEGER NOT NULL,
    on_calls       INTEGER NOT NULL,
    off_calls      INTEGER NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag, minute),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE flag_usage_hour (
    project_id     BLOB    NOT NULL,
    environment_id BLOB    NOT NULL,
    flag           TEXT    NOT NULL,
    hour           INTEGER NOT NULL,
    on_calls       INTEGER NOT NULL,
    off_calls      INTEGER NOT NULL,
    other_tenants  INTEGER NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag, hour),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tenant_usage_hour (
    project_id     BLOB    NOT NULL,
    environment_id BLOB    NOT NULL,
    flag           TEXT    NOT NULL,
    hour           INTEGER NOT NULL,
    tenant         TEXT    NOT NULL,
    on_calls       INTEGER NOT NULL,
    off_calls      INTEGER NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag, hour, tenant),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tenant_seen (
    project_id     BLOB    NOT NULL,
    environment_id BLOB    NOT NULL,
    tenant         TEXT    NOT NULL,
    first_minute   INTEGER NOT NULL,
    last_minute    INTEGER NOT NULL,
    PRIMARY KEY (project_id, environment_id, tenant),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
) STRICT, WITHOUT ROWID;

-- Who asks for a flag: the name of the token and of the SDK. `is_known` is false for calls that found
-- no such flag.
CREATE TABLE flag_seen (
    project_id     BLOB    NOT NULL,
    environment_id BLOB    NOT NULL,
    flag           TEXT    NOT NULL,
    is_known       INTEGER NOT NULL,
    token          TEXT    NOT NULL,
    sdk            TEXT    NOT NULL,
    calls          INTEGER NOT NULL,
    first_minute   INTEGER NOT NULL,
    last_minute    INTEGER NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag, is_known, token, sdk),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
) STRICT, WITHOUT ROWID;

-- The empty tenant is all others, summed. `latency` is a JSON list of [bucket, count].
CREATE TABLE outcome_minute (
    project_id     BLOB    NOT NULL,
    environment_id BLOB    NOT NULL,
    flag           TEXT    NOT NULL,
    minute         INTEGER NOT NULL,
    tenant         TEXT    NOT NULL,
    is_on          INTEGER NOT NULL,
    requests       INTEGER NOT NULL,
    failures       INTEGER NOT NULL,
    latency        TEXT    NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag, minute, tenant, is_on),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
) STRICT, WITHOUT ROWID;
