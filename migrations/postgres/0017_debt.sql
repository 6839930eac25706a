-- Why: what says that a flag is debt: the project's policy, when each answer was last given, where
-- code asks for flags, and how the debt grew. New tables; the second is filled from the hours that
-- are kept, which walks over them once.
CREATE TABLE debt_policy (
    project_id UUID NOT NULL PRIMARY KEY REFERENCES project (id),
    document   TEXT COLLATE "C" NOT NULL
);
ALTER TABLE debt_policy ENABLE ROW LEVEL SECURITY;
ALTER TABLE debt_policy FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON debt_policy USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);

-- When each answer of a flag was given first and last. Not pruned with the hours: that an answer was
-- last given long ago is what proves that a flag can go.
CREATE TABLE flag_answer (
    project_id     UUID NOT NULL,
    environment_id UUID NOT NULL,
    flag           TEXT COLLATE "C" NOT NULL,
    is_on          BOOLEAN NOT NULL,
    first_minute   BIGINT NOT NULL,
    last_minute    BIGINT NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag, is_on),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
);
ALTER TABLE flag_answer ENABLE ROW LEVEL SECURITY;
ALTER TABLE flag_answer FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON flag_answer USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);
SET LOCAL app.maintenance = 'on';
INSERT INTO flag_answer
    SELECT project_id, environment_id, flag, TRUE, MIN(hour) * 60, MAX(hour) * 60 + 59
    FROM flag_usage_hour WHERE on_calls > 0 GROUP BY project_id, environment_id, flag;
INSERT INTO flag_answer
    SELECT project_id, environment_id, flag, FALSE, MIN(hour) * 60, MAX(hour) * 60 + 59
    FROM flag_usage_hour WHERE off_calls > 0 GROUP BY project_id, environment_id, flag;
SET LOCAL app.maintenance = '';

-- The newest scan of each repository, and the places where its code asks for flags.
CREATE TABLE code_scan (
    project_id  UUID NOT NULL REFERENCES project (id),
    repository  TEXT COLLATE "C" NOT NULL,
    commit_id   TEXT COLLATE "C" NOT NULL,
    branch      TEXT COLLATE "C",
    scanned_at  TIMESTAMPTZ NOT NULL,
    uploaded_by TEXT COLLATE "C" NOT NULL,
    unresolved  BIGINT NOT NULL,
    PRIMARY KEY (project_id, repository)
);
ALTER TABLE code_scan ENABLE ROW LEVEL SECURITY;
ALTER TABLE code_scan FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON code_scan USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);

CREATE TABLE code_reference (
    project_id UUID NOT NULL,
    repository TEXT COLLATE "C" NOT NULL,
    flag       TEXT COLLATE "C" NOT NULL,
    path       TEXT COLLATE "C" NOT NULL,
    line       BIGINT NOT NULL,
    place      BIGINT NOT NULL,
    document   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (project_id, repository, flag, path, line, place),
    FOREIGN KEY (project_id, repository) REFERENCES code_scan (project_id, repository) ON DELETE CASCADE
);
ALTER TABLE code_reference ENABLE ROW LEVEL SECURITY;
ALTER TABLE code_reference FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON code_reference USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);
CREATE INDEX code_reference_by_flag ON code_reference (project_id, flag);

-- Which flags a repository asked for, from which scan on, and when its last reference went.
CREATE TABLE code_flag (
    project_id     UUID NOT NULL,
    repository     TEXT COLLATE "C" NOT NULL,
    flag           TEXT COLLATE "C" NOT NULL,
    first_commit TEXT COLLATE "C" NOT NULL,
    first_at       TIMESTAMPTZ NOT NULL,
    gone_commit  TEXT COLLATE "C",
    gone_at        TIMESTAMPTZ,
    PRIMARY KEY (project_id, repository, flag),
    FOREIGN KEY (project_id, repository) REFERENCES code_scan (project_id, repository) ON DELETE CASCADE
);
ALTER TABLE code_flag ENABLE ROW LEVEL SECURITY;
ALTER TABLE code_flag FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON code_flag USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);
CREATE INDEX code_flag_by_flag ON code_flag (project_id, flag);

-- The debt at the end of each day, or now. `summary` is that of the report.
CREATE TABLE debt_day (
    project_id UUID NOT NULL REFERENCES project (id),
    day        DATE NOT NULL,
    debt       BIGINT NOT NULL,
    summary    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (project_id, day)
);
ALTER TABLE debt_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE debt_day FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON debt_day USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);
