-- Why: the roster, the tenants that a project knows by name. A new table, and a column with a constant
-- default, which rewrites no row.
-- `version` is the number of the audit entry that last changed the row, so that a tenant that was
-- deleted and created anew never has a version it had before; `roster_version` is that of the newest
-- change of any of them. `weight` is relative: a tenant's part of the sum of all.
CREATE TABLE tenant (
    project_id BLOB    NOT NULL REFERENCES project (id),
    key        TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    attributes TEXT    NOT NULL,
    weight     INTEGER NOT NULL,
    created_at TEXT    NOT NULL,
    updated_at TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    PRIMARY KEY (project_id, key)
) STRICT, WITHOUT ROWID;

ALTER TABLE project ADD COLUMN roster_version INTEGER NOT NULL DEFAULT 0;
