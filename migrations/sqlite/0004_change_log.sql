-- Why: what each revision of an environment touched; deltas are made from it. New table, no locks.
-- `items` is a JSON list of item ids, `members` one of {owner, list, tenants}.
CREATE TABLE change_log (
    project_id     BLOB    NOT NULL,
    environment_id BLOB    NOT NULL,
    revision       INTEGER NOT NULL,
    checksum       TEXT    NOT NULL,
    items          TEXT    NOT NULL,
    members        TEXT    NOT NULL,
    at             TEXT    NOT NULL,
    PRIMARY KEY (project_id, environment_id, revision),
    FOREIGN KEY (project_id, environment_id) REFERENCES environment (project_id, id)
) STRICT;
