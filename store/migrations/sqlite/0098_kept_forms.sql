-- +goose Up

-- Forms that were sent when whoever had filled them in was not signed in any more, until they have signed in again. What
-- was typed is sealed, and found by the digest of a token.
CREATE TABLE kept_forms (
    digest     blob PRIMARY KEY,
    user_id    text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    sealed     blob NOT NULL,
    created_at datetime NOT NULL
);
CREATE INDEX kept_forms_user ON kept_forms (user_id, created_at);
CREATE INDEX kept_forms_over ON kept_forms (created_at);
INSERT INTO compatibility SELECT 98, oldest FROM compatibility ORDER BY version DESC LIMIT 1;
