-- Why: what says that a flag is debt: the project's policy, when each answer was last given, where
-- code asks for flags, and how the debt grew. New tables; the second is filled from the hours that
-- are kept, which walks over them once.
CREATE TABLE debt_policy (
    project_id BLOB NOT NULL PRIMARY KEY REFERENCES project (id),
    document   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- When each answer of a flag was given first and last. Not pruned with the hours: that an answer was
-- last given long ago is what proves that a flag can go.
CREATE TABLE flag_answer (
    project_id     BLOB    NOT NULL,
    environment_id BLOB    NOT NULL,
    flag           TEXT    NOT NULL,
    is_on          INTEGER NOT NULL,
    first_minute   INTEGER NOT NULL,
    last_minute    INTEGER NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag, is_on),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO flag_answer
    SELECT project_id, environment_id, flag, 1, MIN(hour) * 60, MAX(hour) * 60 + 59
    FROM flag_usage_hour WHERE on_calls > 0 GROUP BY project_id, environment_id, flag;
INSERT INTO flag_answer
    SELECT project_id, environment_id, flag, 0, MIN(hour) * 60, MAX(hour) * 60 + 59
    FROM flag_usage_hour WHERE off_calls > 0 GROUP BY project_id, environment_id, flag;

-- The newest scan of each repository, and the places where its code asks for flags.
CREATE TABLE code_scan (
    project_id  BLOB    NOT NULL REFERENCES project (id),
    repository  TEXT    NOT NULL,
    commit_id   TEXT    NOT NULL,
    branch      TEXT,
    scanned_at  TEXT    NOT NULL,
    uploaded_by TEXT    NOT NULL,
    unresolved  INTEGER NOT NULL,
    PRIMARY KEY (project_id, repository)
) STRICT, WITHOUT ROWID;

CREATE TABLE code_reference (
    project_id BLOB    NOT NULL,
    repository TEXT    NOT NULL,
    flag       TEXT    NOT NULL,
    path       TEXT    NOT NULL,
    line       INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    document   TEXT    NOT NULL,
    PRIMARY KEY (project_id, repository, flag, path, line, place),
    FOREIGN KEY (project_id, repository) REFERENCES code_scan (project_id, repository) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX code_reference_by_flag ON code_reference (project_id, flag);

-- Which flags a repository asked for, from which scan on, and when its last reference went.
CREATE TABLE code_flag (
    project_id     BLOB NOT NULL,
    repository     TEXT NOT NULL,
    flag           TEXT NOT NULL,
    first_commit TEXT NOT NULL,
    first_at       TEXT NOT NULL,
    gone_commit  TEXT,
    gone_at        TEXT,
    PRIMARY KEY (project_id, repository, flag),
    FOREIGN KEY (project_id, repository) REFERENCES code_scan (project_id, repository) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX code_flag_by_flag ON code_flag (project_id, flag);

-- The debt at the end of each day, or now. `summary` is that of the report.
CREATE TABLE debt_day (
    project_id BLOB    NOT NULL REFERENCES project (id),
    day        TEXT    NOT NULL,
    debt       INTEGER NOT NULL,
    summary    TEXT    NOT NULL,
    PRIMARY KEY (project_id, day)
) STRICT, WITHOUT ROWID;
