-- Why: whom a plan admits is on record for every kind of stage, and stays so when it is taken back.
-- `drawn` are those whom a cohort drew, `listed` those of them whom the plan still has on the allow
-- list. `former` are those of a plan that has ended, in whose place another was put. A tenant may be
-- admitted again, so the decision joins the key. Locks the table while its key is made anew.
ALTER TABLE plan_admission
    ADD COLUMN stage_name         TEXT    NOT NULL DEFAULT '',
    ADD COLUMN drawn              BOOLEAN NOT NULL DEFAULT TRUE,
    ADD COLUMN listed             BOOLEAN NOT NULL DEFAULT TRUE,
    ADD COLUMN former             BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN retracted_at       TIMESTAMPTZ,
    ADD COLUMN retracted_by       TEXT,
    ADD COLUMN retracted_decision BIGINT,
    ADD COLUMN retracted_why      TEXT,
    DROP CONSTRAINT plan_admission_pkey,
    ADD PRIMARY KEY (project_id, environment_id, flag_id, tenant, decision);
