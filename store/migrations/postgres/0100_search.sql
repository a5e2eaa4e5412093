-- +goose Up

-- Search goes by the last four characters of a key.
CREATE INDEX keys_ending ON keys (ending, created_at, id);

INSERT INTO compatibility SELECT 100, oldest FROM compatibility ORDER BY version DESC LIMIT 1;
