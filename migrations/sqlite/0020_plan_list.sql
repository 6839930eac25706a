-- Why: the plans of an environment are listed, by status and the newest first. A new column with a constant
-- default, which rewrites no row, a count of each plan's admissions, and an index.
-- `admissions` is how many tenants of the roster a plan has admitted and not taken back: kept beside the
-- record of them, so that a list need not count.
ALTER TABLE plan ADD COLUMN admissions INTEGER NOT NULL DEFAULT 0;
UPDATE plan SET admissions = (SELECT COUNT(DISTINCT a.tenant) FROM plan_admission a
    WHERE a.project_id = plan.project_id AND a.environment_id = plan.environment_id
        AND a.flag_id = plan.flag_id AND NOT a.former AND a.retracted_at IS NULL);
CREATE INDEX plan_by_status ON plan (project_id, environment_id, status, updated_at, flag_id);
