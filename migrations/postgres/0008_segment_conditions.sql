-- Why: a segment may be conditions over the roster's attributes, which the server resolves to members.
-- A nullable column: ACCESS EXCLUSIVE on `segment` for a moment, no row is rewritten. NULL is a segment
-- of listed tenants; else a JSON list.
ALTER TABLE segment ADD COLUMN conditions JSONB;
