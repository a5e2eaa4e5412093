-- +goose Up

-- What the team calls a key; empty: nothing.
ALTER TABLE keys ADD COLUMN name text NOT NULL DEFAULT '';

-- Whether last_viewed_at tells of a copy, which shows the key on no page.
ALTER TABLE keys ADD COLUMN last_copied boolean NOT NULL DEFAULT false;

INSERT INTO compatibility SELECT 96, oldest FROM compatibility ORDER BY version DESC LIMIT 1;
