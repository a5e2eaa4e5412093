-- +goose Up

-- What a browser keeps before sign-in is in its cookie, sealed. Here is what was signed
-- in from, so that it works once. The rows of before are of no use any more.
CREATE TABLE spent_visits (
    digest     blob PRIMARY KEY,
    created_at datetime NOT NULL
);
CREATE INDEX spent_visits_over ON spent_visits (created_at);
DELETE FROM sessions WHERE user_id = '';
