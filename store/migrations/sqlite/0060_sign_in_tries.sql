-- +goose Up

-- What is remembered of tries to sign in. The subject is a keyed digest, cut so short
-- that there cannot be more rows than a database bears, whoever tries; see
-- store/tries.go.
CREATE TABLE sign_in_tries (
    subject blob PRIMARY KEY,
    full_at datetime NOT NULL,
    turn_at datetime NOT NULL,
    turns   integer NOT NULL
);
CREATE INDEX sign_in_tries_over ON sign_in_tries (full_at);
