-- +goose Up

-- One row that says which process serves. A change compares it with its own process
-- before anything else, so that whoever writes here fences the others off.
CREATE TABLE serving (
    id       integer PRIMARY KEY CHECK (id = 1),
    holder   text NOT NULL,    -- a random name of the process's own; empty before the first
    process  text NOT NULL,    -- which process of which machine that is, as far as it can be known
    file     text NOT NULL,    -- SQLite: the database file itself, whatever it is called
    released boolean NOT NULL  -- it has ended in good order
);
INSERT INTO serving VALUES (1, '', '', '', true);
