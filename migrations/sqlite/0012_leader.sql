-- Why: one node at a time carries out plans. A new table, no locks.
-- `epoch` goes up whenever a node takes over. What it then writes it writes only while the epoch is
-- still its own, in the same transaction: a node that was thought dead and isn't comes too late.
CREATE TABLE leader (
    name  TEXT   NOT NULL PRIMARY KEY,
    epoch INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO leader (name, epoch) VALUES ('plans', 0);
