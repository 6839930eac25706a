-- Why: weights are learned from usage by themselves, but for those that somebody has given; each
-- project's at most once an hour, by whichever node comes first; and the rows of the roster that
-- changed since a version are read alone. Two columns with constant defaults, which rewrite no row; one
-- update of the tenants that have another weight than the usual; and an index.
ALTER TABLE tenant ADD COLUMN weight_given INTEGER NOT NULL DEFAULT 0;
ALTER TABLE project ADD COLUMN weights_learned_hour INTEGER NOT NULL DEFAULT 0;

-- Who gave a weight was not noted until now: one that is not the usual is taken to be given.
UPDATE tenant SET weight_given = 1 WHERE weight <> 1;

CREATE INDEX tenant_version ON tenant (project_id, version);
