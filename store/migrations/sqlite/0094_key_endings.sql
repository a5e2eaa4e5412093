-- +goose Up

-- The last four characters of a key, to tell it from others. Empty where a program that is older than this
-- column made the key, until the sweep has filled it in.
ALTER TABLE keys ADD COLUMN ending text NOT NULL DEFAULT '' CHECK (length(ending) IN (0, 4));
CREATE INDEX keys_without_ending ON keys (id) WHERE ending = '';

INSERT INTO compatibility SELECT 94, oldest FROM compatibility ORDER BY version DESC LIMIT 1;
