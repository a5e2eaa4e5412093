-- +goose Up

-- What takes many transactions and is under way: each of them counts here what it has
-- done. The line of the activity list that says how it ended is written when the row goes.
CREATE TABLE operations (
    id      text PRIMARY KEY,
    process text NOT NULL,    -- which process carries it out; a random name
    line    text NOT NULL,    -- the line that it ends with, as JSON, without how far it came
    done    bigint NOT NULL  -- records, so far
);
