-- +goose Up

-- What teams are sorted by, as people sort names: the name's collation key. It is empty until the sweep has filled it
-- in for teams of earlier versions.
ALTER TABLE teams ADD COLUMN sort_key bytea NOT NULL DEFAULT '';
CREATE INDEX teams_sort_key ON teams (sort_key, id);
DROP INDEX teams_name;

INSERT INTO compatibility SELECT 103, oldest FROM compatibility ORDER BY version DESC LIMIT 1;
