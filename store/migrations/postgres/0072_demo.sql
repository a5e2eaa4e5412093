-- +goose Up

-- Whether this is a demo's database: no row, or one that says whether the demo was built
-- to its end. One that was not is built anew.
CREATE TABLE demo (
    id    integer PRIMARY KEY CHECK (id = 1),
    built boolean NOT NULL
);
