-- Why: weights are learned from usage by themselves, but for those that somebody has given; each
-- project's at most once an hour, by whichever node comes first; and the rows of the roster that
-- changed since a version are read alone. Two columns with constant defaults, which rewrite no row; one
-- update of the tenants that have another weight than the usual; and an index, for which writes to the
-- roster wait while it is built.
ALTER TABLE tenant ADD COLUMN weight_given BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE project ADD COLUMN weights_learned_hour BIGINT NOT NULL DEFAULT 0;

-- Who gave a weight was not noted until now: one that is not the usual is taken to be given.
SELECT set_config('app.maintenance', 'on', true);
UPDATE tenant SET weight_given = TRUE WHERE weight <> 1;
SELECT set_config('app.maintenance', '', true);

CREATE INDEX tenant_version ON tenant (project_id, version);
