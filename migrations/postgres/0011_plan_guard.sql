-- Why: what the guard of a plan keeps between two minutes. A new table, no locks.
-- `part` is what people call it (baseline, design, progress, verdict), `text` is JSON that only the
-- server reads.
CREATE TABLE plan_guard (
    project_id     UUID NOT NULL,
    environment_id UUID NOT NULL,
    flag_id        UUID NOT NULL,
    part           TEXT NOT NULL,
    text           TEXT NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag_id, part),
    FOREIGN KEY (project_id, environment_id, flag_id)
        REFERENCES plan (project_id, environment_id, flag_id) ON DELETE CASCADE
);
ALTER TABLE plan_guard ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_guard FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON plan_guard USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);
