-- Why: a node that did not hear whether its usage was committed tells it again, and must not be
-- counted twice. Each run of a node has a row, with the number of the last of its writes. A new
-- table, no locks. It belongs to no project: only maintenance, which writes usage, sees it.
CREATE TABLE usage_writer (
    id           BLOB    NOT NULL PRIMARY KEY,
    last_number  INTEGER NOT NULL,
    last_minute  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
