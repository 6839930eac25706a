-- Why: one node at a time carries out plans. A new table, no locks.
-- `epoch` goes up whenever a node takes over. What it then writes it writes only while the epoch is
-- still its own, in the same transaction: a node that was thought dead and isn't comes too late.
CREATE TABLE leader (
    name  TEXT   NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL
);
-- It holds nothing of any project, and writers of every project must be able to see it.
ALTER TABLE leader ENABLE ROW LEVEL SECURITY;
ALTER TABLE leader FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON leader USING (TRUE);
INSERT INTO leader (name, epoch) VALUES ('plans', 0);
