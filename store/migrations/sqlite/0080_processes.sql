-- +goose Up

-- The processes that serve. Here it is one, which has the file locked.
CREATE TABLE processes (
    id         text PRIMARY KEY,
    run        text NOT NULL,        -- a random name of this run of the program; the id is new after each lost lease
    host       text NOT NULL,
    machine    text NOT NULL,     -- which process of which machine that is, as far as it can be known
    version    text NOT NULL,
    started_at datetime NOT NULL,
    lease_ms   bigint NOT NULL,   -- how long a renewal holds, in milliseconds
    renewals   bigint NOT NULL,
    renewed_at datetime NOT NULL,
    applied    bigint NOT NULL,   -- the feed's sequence number; 0: nothing yet
    out_at     datetime,          -- its lease has surely ended, and cannot be renewed
    stats      text NOT NULL      -- JSON, for people
);

-- The feed of what a key may do, in the order of commits.
CREATE TABLE feed (
    id      integer PRIMARY KEY CHECK (id = 1),
    last    bigint NOT NULL,
    history text NOT NULL -- PostgreSQL's
);
INSERT INTO feed VALUES (1, 0, '');

CREATE TABLE changes (
    sequence       integer PRIMARY KEY,
    committed_at   datetime NOT NULL,
    environment_id text NOT NULL,
    key_id         text NOT NULL,    -- empty: all keys of the environment
    audit_id       bigint NOT NULL,  -- its line in the activity list; 0: none
    narrows        boolean NOT NULL, -- somebody may do less than before, so that a receipt is kept
    settled_at     datetime          -- no process can act on what was before
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
    confirmed_at   datetime,
    lease_ended_at datetime,
    PRIMARY KEY (sequence, process_id)
);

-- Which programs can live with the database as a migration leaves it: those that know the
-- migrations up to the oldest version or later ones. Every migration from this one on says so.
-- One that only adds keeps the oldest version of the one before; one that takes something away
-- sets it to the version since which no program uses that.
CREATE TABLE compatibility (
    version integer PRIMARY KEY,
    oldest  bigint NOT NULL
);
INSERT INTO compatibility VALUES (80, 80);
