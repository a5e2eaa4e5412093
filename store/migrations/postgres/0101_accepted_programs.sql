-- +goose Up

-- Where keys are seen that they should not be, in place of exposures: that could not tell programs apart. The older
-- table is left to programs of earlier versions that still serve.
CREATE TABLE key_exposures (
    environment_id text NOT NULL,
    kind           text NOT NULL,
    key_id         text NOT NULL,
    program        text NOT NULL, -- that was seen with it, of kinds that are told apart by that; empty: not told
    first_seen_at  timestamptz NOT NULL,
    last_seen_at   timestamptz NOT NULL,
    requests       bigint NOT NULL,
    address        text NOT NULL,
    user_agent     text NOT NULL,
    origin         text NOT NULL,
    settled_at     timestamptz, -- a member saw to it; seen later, it is open again
    PRIMARY KEY (environment_id, kind, key_id, program)
);
INSERT INTO key_exposures
    SELECT environment_id, kind, key_id, '', first_seen_at, last_seen_at, requests, address, user_agent, origin, settled_at
    FROM exposures;
CREATE INDEX key_exposures_open ON key_exposures (last_seen_at) WHERE settled_at IS NULL OR settled_at < last_seen_at;

-- Programs that may send an environment's secret keys in URLs.
CREATE TABLE accepted_programs (
    environment_id text NOT NULL,
    program        text NOT NULL,
    at             timestamptz NOT NULL,
    by_id          text NOT NULL,
    by_name        text NOT NULL,
    by_capacity    text NOT NULL,
    PRIMARY KEY (environment_id, program)
);

INSERT INTO compatibility SELECT 101, oldest FROM compatibility ORDER BY version DESC LIMIT 1;
