-- Why: what the guard of a plan keeps between two minutes. A new table, no locks.
-- `part` is what people call it (baseline, design, progress, verdict), `text` is JSON that only the
-- server reads.
CREATE TABLE plan_guard (
    project_id     BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    flag_id        BLOB NOT NULL,
    part           TEXT NOT NULL,
    text           TEXT NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag_id, part),
    FOREIGN KEY (project_id, environment_id, flag_id)
        REFERENCES plan (project_id, environment_id, flag_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
