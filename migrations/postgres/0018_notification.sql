-- Why: what people are told of what happens by itself, until everybody has been told. New tables.
CREATE TABLE notification_settings (
    project_id UUID NOT NULL PRIMARY KEY REFERENCES project (id),
    document   TEXT COLLATE "C" NOT NULL
);
ALTER TABLE notification_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE notification_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON notification_settings USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);

-- `once` says what it is about: nobody is told twice of the same. `document` is what happened;
-- `deliveries` is whom it goes to and what came of it, and is not there before the first try.
-- `due_at` is when it is tried next, and is not there when all is done.
CREATE TABLE notification (
    project_id UUID NOT NULL REFERENCES project (id),
    id         UUID NOT NULL,
    topic      TEXT COLLATE "C" NOT NULL,
    once       TEXT COLLATE "C" NOT NULL,
    document   TEXT COLLATE "C" NOT NULL,
    deliveries TEXT COLLATE "C",
    attempts   BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    due_at     TIMESTAMPTZ,
    PRIMARY KEY (project_id, id)
);
ALTER TABLE notification ENABLE ROW LEVEL SECURITY;
ALTER TABLE notification FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON notification USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);
CREATE UNIQUE INDEX notification_once ON notification (project_id, once);
CREATE INDEX notification_due ON notification (due_at) WHERE due_at IS NOT NULL;
