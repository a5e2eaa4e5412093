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

-- Whether the holder still serves, which stays so until the transaction ends: whoever
-- takes over waits for the lock. The statement about the row sees what was committed
-- before the lock was there, which one statement for both would not.
-- +goose StatementBegin
CREATE FUNCTION still_serving(claimed text) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(431365975912);
    RETURN EXISTS (SELECT 1 FROM serving WHERE id = 1 AND holder = claimed);
END $$;
-- +goose StatementEnd
