-- Why: a node that did not hear whether its usage was committed tells it again, and must not be
-- counted twice. Each run of a node has a row, with the number of the last of its writes. A new
-- table, no locks. It belongs to no project: only maintenance, which writes usage, sees it.
CREATE TABLE usage_writer (
    id           UUID   NOT NULL PRIMARY KEY,
    last_number  BIGINT NOT NULL,
    last_minute  BIGINT NOT NULL
);
ALTER TABLE usage_writer ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_writer FORCE ROW LEVEL SECURITY;
CREATE POLICY maintenance_only ON usage_writer USING (
    current_setting('app.maintenance', true) = 'on'
);
