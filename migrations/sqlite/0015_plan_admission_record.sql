-- Why: whom a plan admits is on record for every kind of stage, and stays so when it is taken back.
-- `drawn` are those whom a cohort drew, `listed` those of them whom the plan still has on the allow
-- list. `former` are those of a plan that has ended, in whose place another was put. A tenant may be
-- admitted again, so the decision joins the key. The table is copied, in the migration's transaction.
CREATE TABLE plan_admission_record (
    project_id         BLOB    NOT NULL,
    environment_id     BLOB    NOT NULL,
    flag_id            BLOB    NOT NULL,
    tenant             TEXT    NOT NULL,
    stage              INTEGER NOT NULL,
    stage_name         TEXT    NOT NULL,
    decision           INTEGER NOT NULL,
    admitted_at        TEXT    NOT NULL,
    admitted_by        TEXT    NOT NULL,
    drawn              INTEGER NOT NULL,
    listed             INTEGER NOT NULL,
    former             INTEGER NOT NULL,
    retracted_at       TEXT,
    retracted_by       TEXT,
    retracted_decision INTEGER,
    retracted_why      TEXT,
    PRIMARY KEY (project_id, environment_id, flag_id, tenant, decision),
    FOREIGN KEY (project_id, environment_id, flag_id)
        REFERENCES plan (project_id, environment_id, flag_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO plan_admission_record (project_id, environment_id, flag_id, tenant, stage, stage_name,
        decision, admitted_at, admitted_by, drawn, listed, former)
    SELECT project_id, environment_id, flag_id, tenant, stage, '', decision, admitted_at, admitted_by,
        TRUE, TRUE, FALSE
    FROM plan_admission;
DROP TABLE plan_admission;
ALTER TABLE plan_admission_record RENAME TO plan_admission;
