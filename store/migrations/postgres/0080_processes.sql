-- +goose Up

-- Many processes may serve from now on. A program of before serves alone, under the
-- name in serving: it is fenced off, once its changes under way are over.
SELECT pg_advisory_xact_lock(431365975912);
UPDATE serving SET holder = '';

-- The processes that serve. Each renews its lease after it has applied the feed up to
-- "applied", and may let keys in from memory until the lease ends.
CREATE TABLE processes (
    id         text PRIMARY KEY,
    run        text NOT NULL,        -- a random name of this run of the program; the id is new after each lost lease
    host       text NOT NULL,
    machine    text NOT NULL,        -- which process of which machine that is, as far as it can be known
    version    text NOT NULL,
    started_at timestamptz NOT NULL, -- this and the other moments by the database's clock
    lease_ms   bigint NOT NULL,      -- how long a renewal holds, in milliseconds
    renewals   bigint NOT NULL,
    renewed_at timestamptz NOT NULL,
    applied    bigint NOT NULL,      -- the feed's sequence number; 0: nothing yet
    out_at     timestamptz,          -- its lease has surely ended, and cannot be renewed
    stats      text NOT NULL         -- JSON, for people
);

-- The feed of what a key may do, in the order of commits: whoever writes to it holds the
-- row of its last number until the commit.
CREATE TABLE feed (
    id      integer PRIMARY KEY CHECK (id = 1),
    last    bigint NOT NULL,
    history text NOT NULL -- in which the processes' rows were written; see history()
);
INSERT INTO feed VALUES (1, 0, '');

-- Which history of the database this is. Another one begins when a replica takes over or
-- a backup is restored (the timeline of the write-ahead log): it may have lost what was
-- committed last.
-- +goose StatementBegin
CREATE FUNCTION history() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN left(pg_walfile_name(pg_current_wal_lsn()), 8);
EXCEPTION WHEN undefined_function OR insufficient_privilege OR feature_not_supported THEN
    RETURN 'unknown';
END $$;
-- +goose StatementEnd
-- Fails where the history is not the expected one: a statement may reach the server that was
-- replaced, by a connection that is open yet, and that one does not know the latest changes.
-- +goose StatementBegin
CREATE FUNCTION same_history(expected text) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF history() <> expected THEN
        RAISE EXCEPTION 'this is another history of the database' USING ERRCODE = 'DJ002';
    END IF;
    RETURN true;
END $$;
-- +goose StatementEnd
-- The first begins here, so that a replica without its beginning lacks all of this.
UPDATE feed SET history = history();

CREATE TABLE changes (
    sequence       bigint PRIMARY KEY,
    committed_at   timestamptz NOT NULL,
    environment_id text NOT NULL,
    key_id         text NOT NULL,    -- empty: all keys of the environment
    audit_id       bigint NOT NULL,  -- its line in the activity list; 0: none
    narrows        boolean NOT NULL, -- somebody may do less than before, so that a receipt is kept
    settled_at     timestamptz       -- no process can act on what was before
);
CREATE INDEX changes_unsettled ON changes (sequence) WHERE narrows AND settled_at IS NULL;
CREATE INDEX changes_environment ON changes (environment_id, sequence) WHERE narrows;
CREATE INDEX changes_old ON changes (committed_at) WHERE NOT narrows;
CREATE INDEX changes_audit ON changes (audit_id) WHERE narrows;
CREATE INDEX changes_key ON changes (key_id, sequence) WHERE narrows;

-- What a receipt says of each process.
CREATE TABLE confirmations (
    sequence       bigint NOT NULL REFERENCES changes ON DELETE CASCADE,
    process_id     text NOT NULL,
    version        text NOT NULL,
    confirmed_at   timestamptz,
    lease_ended_at timestamptz,
    PRIMARY KEY (sequence, process_id)
);

-- Whether the process has a lease that lasts, by this database's clock.
CREATE FUNCTION has_lease(process text) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT EXISTS (SELECT 1 FROM processes WHERE id = process AND out_at IS NULL
        AND renewed_at + lease_ms * interval '1 millisecond' > clock_timestamp())
$$;

-- Has the commit wait for the disk, and for a synchronous replica where there is one,
-- whatever the default is.
-- +goose StatementBegin
CREATE FUNCTION durable() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF current_setting('synchronous_commit') IN ('off', 'local') THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    RETURN true;
END $$;
-- +goose StatementEnd

-- What a change of the process begins with: whether it has a lease.
-- A process that stops in the middle, or is cut off, holds what all changes need, so the
-- database ends its change after a few seconds, sooner than others give up (lock_timeout).
-- +goose StatementBegin
CREATE FUNCTION begin_change(process text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('dojo.process', process, true);
    PERFORM set_config('idle_in_transaction_session_timeout', '4s', true);
    PERFORM durable();
    RETURN has_lease(process);
END $$;
-- +goose StatementEnd

-- The change is refused at the commit when the lease has ended meanwhile.
-- +goose StatementBegin
CREATE FUNCTION fence() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE process text := current_setting('dojo.process', true);
BEGIN
    IF process <> '' AND NOT has_lease(process) THEN
        RAISE EXCEPTION 'the lease of process % has ended', process USING ERRCODE = 'DJ001';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER fence AFTER INSERT ON audit_events
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fence();
CREATE CONSTRAINT TRIGGER fence AFTER INSERT ON changes
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fence();

-- Which programs can live with the database as a migration leaves it: those that know the
-- migrations up to the oldest version or later ones. Every migration from this one on says so.
-- One that only adds keeps the oldest version of the one before; one that takes something away
-- sets it to the version since which no program uses that.
CREATE TABLE compatibility (
    version bigint PRIMARY KEY,
    oldest  bigint NOT NULL
);
INSERT INTO compatibility VALUES (80, 80);
