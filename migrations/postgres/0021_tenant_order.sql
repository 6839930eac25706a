-- Why: a roster of a hundred thousand tenants is listed by weight and by name, a page at a time, without
-- sorting all of it for each. Two indexes; writes to the roster wait while they are built.
CREATE INDEX tenant_by_weight ON tenant (project_id, weight, key);
CREATE INDEX tenant_by_name ON tenant (project_id, name, key);
