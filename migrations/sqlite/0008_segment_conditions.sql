-- Why: a segment may be conditions over the roster's attributes, which the server resolves to members.
-- A nullable column, which rewrites no row. NULL is a segment of listed tenants; else a JSON list.
ALTER TABLE segment ADD COLUMN conditions TEXT;
