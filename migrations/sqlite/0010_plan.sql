-- Why: plans, rollouts that are carried out in stages, whom they admitted, and what was decided. New
-- tables, no locks.
-- `document` and `progress` are JSON of tenantry-plan, which alone reads them; `status` and `version`
-- stand beside them to be asked for. `version` moves with every decision and every change of the
-- document, `targeting_version` is that of the targeting which the plan last wrote or accepted.
CREATE TABLE plan (
    project_id        BLOB        NOT NULL,
    environment_id    BLOB        NOT NULL,
    flag_id           BLOB        NOT NULL,
    document          TEXT        NOT NULL,
    progress          TEXT        NOT NULL,
    status            TEXT        NOT NULL,
    version           INTEGER     NOT NULL,
    targeting_version INTEGER     NOT NULL,
    created_at        TEXT        NOT NULL,
    updated_at        TEXT        NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag_id),
    FOREIGN KEY (project_id, environment_id, flag_id)
        REFERENCES targeting (project_id, environment_id, flag_id)
) STRICT, WITHOUT ROWID;

-- Tenants that were drawn from the roster, each with who, when and in which stage.
CREATE TABLE plan_admission (
    project_id     BLOB        NOT NULL,
    environment_id BLOB        NOT NULL,
    flag_id        BLOB        NOT NULL,
    tenant         TEXT        NOT NULL,
    stage          INTEGER     NOT NULL,
    decision       INTEGER     NOT NULL,
    admitted_at    TEXT        NOT NULL,
    admitted_by    TEXT        NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag_id, tenant),
    FOREIGN KEY (project_id, environment_id, flag_id)
        REFERENCES plan (project_id, environment_id, flag_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What was decided. The key is what makes a decision happen once.
CREATE TABLE plan_decision (
    project_id     BLOB        NOT NULL,
    environment_id BLOB        NOT NULL,
    flag_id        BLOB        NOT NULL,
    number         INTEGER     NOT NULL,
    decision       TEXT        NOT NULL,
    actor          TEXT        NOT NULL,
    reason         TEXT,
    PRIMARY KEY (project_id, environment_id, flag_id, number),
    FOREIGN KEY (project_id, environment_id, flag_id)
        REFERENCES plan (project_id, environment_id, flag_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
