-- Why: the audit log is searched by what was changed and by time, however long it is. Two indexes; writes
-- wait while they are built.
CREATE INDEX audit_entry_by_target ON audit_entry (project_id, target, seq);
CREATE INDEX audit_entry_by_time ON audit_entry (project_id, at);
