-- +goose Up

-- An agreement is the contract that environments of a team are unlocked under.
CREATE TABLE agreements (
    id                  text PRIMARY KEY,
    team_id             text NOT NULL REFERENCES teams (id),
    reference           text NOT NULL CHECK (reference <> ''),
    signatory           text NOT NULL,
    engineer_id         text NOT NULL, -- who looks after it; may be empty
    first_at            datetime NOT NULL,
    ends_at             datetime,   -- the first moment after the last day; NULL: open-ended
    kind                text NOT NULL CHECK (kind IN ('ordinary', 'trial')),
    version             bigint NOT NULL,
    created_at          datetime NOT NULL,
    created_by_id       text NOT NULL,
    created_by_name     text NOT NULL,
    created_by_capacity text NOT NULL,
    UNIQUE (id, team_id),
    CHECK (ends_at >= first_at)
);
CREATE INDEX agreements_team ON agreements (team_id, created_at);
CREATE INDEX agreements_end ON agreements (ends_at, id);
CREATE INDEX agreements_reference ON agreements (reference);
CREATE UNIQUE INDEX agreements_one_trial ON agreements (team_id) WHERE kind = 'trial';

-- An environment is unlocked at the moments that a cover contains: those from starts_at on and
-- before ends_at, unless an engineer has locked it. Playground always is.
CREATE TABLE agreement_covers (
    agreement_id       text NOT NULL,
    environment_id     text NOT NULL,
    team_id            text NOT NULL,
    starts_at          datetime NOT NULL,
    ends_at            datetime,           -- NULL: open-ended
    per_second         bigint NOT NULL,       -- 0: the installation's default
    per_day            bigint NOT NULL,       -- 0: no limit
    locked_at          datetime,
    locked_by_id       text NOT NULL,
    locked_by_name     text NOT NULL,
    locked_by_capacity text NOT NULL,
    lock_reason        text NOT NULL,         -- which the team reads
    opened_at          datetime,           -- when it was written down that it has begun
    closed_at          datetime,           -- when it was written down that it has ended, for good
    warned             bigint NOT NULL,       -- the fewest days before its end of which anybody was told; 0: nobody was
    PRIMARY KEY (agreement_id, environment_id),
    FOREIGN KEY (agreement_id, team_id) REFERENCES agreements (id, team_id),
    FOREIGN KEY (environment_id, team_id) REFERENCES environments (id, team_id),
    CHECK (ends_at >= starts_at),
    CHECK (closed_at IS NULL OR ends_at IS NOT NULL),
    CHECK ((locked_at IS NULL) = (lock_reason = ''))
);
CREATE INDEX agreement_covers_environment ON agreement_covers (environment_id, starts_at);
CREATE INDEX agreement_covers_unopened ON agreement_covers (starts_at) WHERE opened_at IS NULL;
CREATE INDEX agreement_covers_ending ON agreement_covers (ends_at) WHERE closed_at IS NULL;

-- At any moment one agreement covers an environment, or none. (A tilde is after all moments, and no number.)
-- +goose StatementBegin
CREATE TRIGGER agreement_covers_apart BEFORE INSERT ON agreement_covers WHEN EXISTS (
    SELECT 1 FROM agreement_covers c WHERE c.environment_id = NEW.environment_id AND c.agreement_id <> NEW.agreement_id
        AND c.starts_at < coalesce(NEW.ends_at, '~') AND NEW.starts_at < coalesce(c.ends_at, '~')
        AND c.starts_at IS NOT c.ends_at AND NEW.starts_at IS NOT NEW.ends_at)
BEGIN SELECT RAISE(ABORT, 'covers of an environment overlap'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER agreement_covers_stay_apart BEFORE UPDATE OF environment_id, starts_at, ends_at ON agreement_covers WHEN EXISTS (
    SELECT 1 FROM agreement_covers c WHERE c.environment_id = NEW.environment_id AND c.agreement_id <> NEW.agreement_id
        AND c.starts_at < coalesce(NEW.ends_at, '~') AND NEW.starts_at < coalesce(c.ends_at, '~')
        AND c.starts_at IS NOT c.ends_at AND NEW.starts_at IS NOT NEW.ends_at)
BEGIN SELECT RAISE(ABORT, 'covers of an environment overlap'); END;
-- +goose StatementEnd

-- How an agreement was changed, and why.
CREATE TABLE agreement_versions (
    agreement_id  text NOT NULL REFERENCES agreements (id),
    version       bigint NOT NULL,
    at            datetime NOT NULL,
    by_id         text NOT NULL,
    by_name       text NOT NULL,
    by_capacity   text NOT NULL,
    before        text,          -- JSON; NULL: this is the first version
    after         text NOT NULL, -- JSON
    note          text NOT NULL,
    PRIMARY KEY (agreement_id, version)
);

-- What engineers note for each other. The team never sees it.
CREATE TABLE agreement_notes (
    id           text PRIMARY KEY,
    agreement_id text NOT NULL REFERENCES agreements (id),
    at           datetime NOT NULL,
    by_id        text NOT NULL,
    by_name      text NOT NULL,
    by_capacity  text NOT NULL,
    text         text NOT NULL
);
CREATE INDEX agreement_notes_agreement ON agreement_notes (agreement_id, at);

-- How many requests an environment with a limit has made in a day. A day is the number of days since
-- 1970, in UTC.
CREATE TABLE day_counts (
    environment_id text NOT NULL,
    day            bigint NOT NULL,
    count          bigint NOT NULL,
    told           bigint NOT NULL, -- the most per cent of the limit of which the team was told
    PRIMARY KEY (environment_id, day)
);
CREATE INDEX day_counts_old ON day_counts (day);

-- What environments were unlocked under becomes agreements: one for those of a team with the same
-- reference and end, with the id of one of its environments. An environment that has locked since was
-- covered from the last approval on, as far as that is known.
CREATE TEMPORARY TABLE before_agreements AS
    SELECT e.id, e.team_id, e.agreement, e.agreement_ends_at, e.unlocked_by_id, e.unlocked_by_name,
        e.unlocked_by_capacity, e.unlocked_at IS NULL AS locked,
        min(e.id) OVER (PARTITION BY e.team_id, e.agreement, e.agreement_ends_at) AS agreement_id,
        min(e.agreement_ends_at, coalesce(e.unlocked_at, (SELECT max(r.decided_at) FROM unlock_requests r
            WHERE r.environment_id = e.id AND r.state = 'approved'), e.created_at)) AS starts_at
    FROM environments e WHERE e.kind <> 'playground' AND e.agreement <> '' AND e.agreement_ends_at IS NOT NULL;
INSERT INTO agreements
    SELECT b.id, b.team_id, b.agreement, '', b.unlocked_by_id, earliest.at,
        b.agreement_ends_at, 'ordinary', 1, earliest.at, b.unlocked_by_id, b.unlocked_by_name, b.unlocked_by_capacity
    FROM before_agreements b JOIN (SELECT agreement_id, min(starts_at) AS at FROM before_agreements GROUP BY agreement_id)
        earliest ON earliest.agreement_id = b.id;
INSERT INTO agreement_covers
    SELECT agreement_id, id, team_id, starts_at, agreement_ends_at, 0, 0, NULL, '', '', '', '', starts_at,
        CASE WHEN locked THEN agreement_ends_at END, 0
    FROM before_agreements;
INSERT INTO agreement_versions
    SELECT a.id, 1, a.created_at, a.created_by_id, a.created_by_name, a.created_by_capacity, NULL,
        json_object('reference', a.reference, 'engineer_id', a.engineer_id,
            'first_at', replace(a.first_at, ' ', 'T'),
            'ends_at', replace(a.ends_at, ' ', 'T'),
            'covers', json((SELECT json_group_array(kind) FROM (SELECT e.kind FROM agreement_covers c
                JOIN environments e ON e.id = c.environment_id WHERE c.agreement_id = a.id ORDER BY e.kind)))), ''
    FROM agreements a;
DROP TABLE before_agreements;

-- The table is made anew, since SQLite drops no column that a check names. Rows of other tables refer to
-- it, so that whether all refer to something is asked at the end.
PRAGMA defer_foreign_keys = ON;
CREATE TEMPORARY TABLE former_environments AS SELECT * FROM environments;
DROP TABLE environments;
CREATE TABLE environments (
    id                      text PRIMARY KEY,
    team_id                 text NOT NULL REFERENCES teams (id),
    kind                    text NOT NULL CHECK (kind IN ('playground', 'development', 'production')),
    data_set_id             text NOT NULL REFERENCES data_sets (id),
    created_at              datetime NOT NULL,
    allowed_origins         text NOT NULL DEFAULT '', -- separated by spaces; empty: any
    refuses_browser_secrets boolean NOT NULL DEFAULT false,
    UNIQUE (team_id, kind),
    UNIQUE (id, team_id)
);
INSERT INTO environments
    SELECT id, team_id, kind, data_set_id, created_at, allowed_origins, refuses_browser_secrets
    FROM former_environments;
DROP TABLE former_environments;

-- A program that does not know agreements must not unlock.
INSERT INTO compatibility VALUES (90, 90);
