-- Why: who asks which flag and what becomes of it, for showing it, for guarding rollouts, and for
-- proving that a flag can go. New tables, no locks.
-- Minutes and hours are counted from 1970-01-01T00:00Z: there are very many of these rows. Flags are
-- named by key, since some of them do not exist. None of this is streamed or audited.
CREATE TABLE flag_usage_minute (
    project_id     UUID    NOT NULL,
    environment_id UUID    NOT NULL,
    flag           TEXT    COLLATE "C" NOT NULL,
    minute         BIGINT  NOT NULL,
    on_calls       BIGINT  NOT NULL,
    off_calls      BIGINT  NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag, minute),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
);
ALTER TABLE flag_usage_minute ENABLE ROW LEVEL SECURITY;
ALTER TABLE flag_usage_minute FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON flag_usage_minute USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);

CREATE TABLE flag_usage_hour (
    project_id     UUID    NOT NULL,
    environment_id UUID    NOT NULL,
    flag           TEXT    COLLATE "C" NOT NULL,
    hour           BIGINT  NOT NULL,
    on_calls       BIGINT  NOT NULL,
    off_calls      BIGINT  NOT NULL,
    other_tenants  BIGINT  NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag, hour),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
);
ALTER TABLE flag_usage_hour ENABLE ROW LEVEL SECURITY;
ALTER TABLE flag_usage_hour FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON flag_usage_hour USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);

CREATE TABLE tenant_usage_hour (
    project_id     UUID    NOT NULL,
    environment_id UUID    NOT NULL,
    flag           TEXT    COLLATE "C" NOT NULL,
    hour           BIGINT  NOT NULL,
    tenant         TEXT    COLLATE "C" NOT NULL,
    on_calls       BIGINT  NOT NULL,
    off_calls      BIGINT  NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag, hour, tenant),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
);
ALTER TABLE tenant_usage_hour ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_usage_hour FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON tenant_usage_hour USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);

CREATE TABLE tenant_seen (
    project_id     UUID    NOT NULL,
    environment_id UUID    NOT NULL,
    tenant         TEXT    COLLATE "C" NOT NULL,
    first_minute   BIGINT  NOT NULL,
    last_minute    BIGINT  NOT NULL,
    PRIMARY KEY (project_id, environment_id, tenant),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
);
ALTER TABLE tenant_seen ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_seen FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON tenant_seen USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);

-- Who asks for a flag: the name of the token and of the SDK. `is_known` is false for calls that found
-- no such flag.
CREATE TABLE flag_seen (
    project_id     UUID    NOT NULL,
    environment_id UUID    NOT NULL,
    flag           TEXT    COLLATE "C" NOT NULL,
    is_known       BOOLEAN NOT NULL,
    token          TEXT    COLLATE "C" NOT NULL,
    sdk            TEXT    COLLATE "C" NOT NULL,
    calls          BIGINT  NOT NULL,
    first_minute   BIGINT  NOT NULL,
    last_minute    BIGINT  NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag, is_known, token, sdk),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
);
ALTER TABLE flag_seen ENABLE ROW LEVEL SECURITY;
ALTER TABLE flag_seen FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON flag_seen USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);

-- The empty tenant is all others, summed. `latency` is a JSON list of [bucket, count].
CREATE TABLE outcome_minute (
    project_id     UUID    NOT NULL,
    environment_id UUID    NOT NULL,
    flag           TEXT    COLLATE "C" NOT NULL,
    minute         BIGINT  NOT NULL,
    tenant         TEXT    COLLATE "C" NOT NULL,
    is_on          BOOLEAN NOT NULL,
    requests       BIGINT  NOT NULL,
    failures       BIGINT  NOT NULL,
    latency        TEXT    COLLATE "C" NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag, minute, tenant, is_on),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
);
ALTER TABLE outcome_minute ENABLE ROW LEVEL SECURITY;
ALTER TABLE outcome_minute FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON outcome_minute USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);
