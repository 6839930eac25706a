-- Why: plans, rollouts that are carried out in stages, whom they admitted, and what was decided. New
-- tables, no locks.
-- `document` and `progress` are JSON of tenantry-plan, which alone reads them; `status` and `version`
-- stand beside them to be asked for. `version` moves with every decision and every change of the
-- document, `targeting_version` is that of the targeting which the plan last wrote or accepted.
CREATE TABLE plan (
    project_id        UUID        NOT NULL,
    environment_id    UUID        NOT NULL,
    flag_id           UUID        NOT NULL,
    document          TEXT        NOT NULL,
    progress          TEXT        NOT NULL,
    status            TEXT        NOT NULL,
    version           BIGINT      NOT NULL,
    targeting_version BIGINT      NOT NULL,
    created_at        TIMESTAMPTZ NOT NULL,
    updated_at        TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag_id),
    FOREIGN KEY (project_id, environment_id, flag_id)
        REFERENCES targeting (project_id, environment_id, flag_id)
);
ALTER TABLE plan ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON plan USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);

-- Tenants that were drawn from the roster, each with who, when and in which stage.
CREATE TABLE plan_admission (
    project_id     UUID        NOT NULL,
    environment_id UUID        NOT NULL,
    flag_id        UUID        NOT NULL,
    tenant         TEXT COLLATE "C" NOT NULL,
    stage          BIGINT      NOT NULL,
    decision       BIGINT      NOT NULL,
    admitted_at    TIMESTAMPTZ NOT NULL,
    admitted_by    TEXT        NOT NULL,
    PRIMARY KEY (project_id, environment_id, flag_id, tenant),
    FOREIGN KEY (project_id, environment_id, flag_id)
        REFERENCES plan (project_id, environment_id, flag_id) ON DELETE CASCADE
);
ALTER TABLE plan_admission ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_admission FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON plan_admission USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);

-- What was decided. The key is what makes a decision happen once.
CREATE TABLE plan_decision (
    project_id     UUID        NOT NULL,
    environment_id UUID        NOT NULL,
    flag_id        UUID        NOT NULL,
    number         BIGINT      NOT NULL,
    decision       TEXT        NOT NULL,
    actor          TEXT        NOT NULL,
    reason         TEXT,
    PRIMARY KEY (project_id, environment_id, flag_id, number),
    FOREIGN KEY (project_id, environment_id, flag_id)
        REFERENCES plan (project_id, environment_id, flag_id) ON DELETE CASCADE
);
ALTER TABLE plan_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_decision FORCE ROW LEVEL SECURITY;
CREATE POLICY project_isolation ON plan_decision USING (
    project_id = NULLIF(current_setting('app.project_id', true), '')::uuid
    OR current_setting('app.maintenance', true) = 'on'
);
