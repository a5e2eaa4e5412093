-- +goose Up

-- When a request is to be met, what is expected, and how it may end: SQLite changes no
-- CHECK of a table that is there, so the table is made anew.
CREATE TABLE requests_new (
    id                  text PRIMARY KEY,
    team_id             text NOT NULL,
    environment_id      text NOT NULL,
    state               text NOT NULL CHECK (state IN ('pending', 'approved', 'declined', 'withdrawn', 'lapsed')),
    use_case            text NOT NULL,
    starts_on           datetime,                   -- the first day that the team asks for; NULL: at once
    daily_requests      bigint NOT NULL DEFAULT 0,  -- how many a day the team expects; 0: not said
    reminders           integer NOT NULL DEFAULT 0, -- how often the solutions engineers were reminded
    created_at          datetime NOT NULL,
    created_by_id       text NOT NULL,
    created_by_name     text NOT NULL,
    created_by_capacity text NOT NULL,
    decided_at          datetime,
    decided_by_id       text NOT NULL,
    decided_by_name     text NOT NULL,
    decided_by_capacity text NOT NULL,
    agreement           text NOT NULL,
    ends_at             datetime,
    answer              text NOT NULL,
    FOREIGN KEY (environment_id, team_id) REFERENCES environments (id, team_id),
    UNIQUE (id, team_id),
    CHECK ((state = 'pending') = (decided_at IS NULL)),
    CHECK (state <> 'approved' OR agreement <> '')
);
INSERT INTO requests_new (id, team_id, environment_id, state, use_case, created_at, created_by_id, created_by_name,
    created_by_capacity, decided_at, decided_by_id, decided_by_name, decided_by_capacity, agreement, ends_at, answer)
SELECT id, team_id, environment_id, state, use_case, created_at, created_by_id, created_by_name,
    created_by_capacity, decided_at, decided_by_id, decided_by_name, decided_by_capacity, agreement, ends_at, answer
FROM unlock_requests;
DROP TABLE unlock_requests;
ALTER TABLE requests_new RENAME TO unlock_requests;
CREATE INDEX unlock_requests_environment ON unlock_requests (environment_id, created_at);
CREATE INDEX unlock_requests_state ON unlock_requests (state, created_at);
CREATE INDEX unlock_requests_decided ON unlock_requests (decided_at) WHERE decided_at IS NOT NULL;
CREATE INDEX unlock_requests_team ON unlock_requests (team_id, created_at);
CREATE UNIQUE INDEX unlock_requests_one_pending ON unlock_requests (environment_id) WHERE state = 'pending';

-- What a team and the solutions engineers write to each other about a request.
CREATE TABLE request_replies (
    id          integer PRIMARY KEY AUTOINCREMENT,
    request_id  text NOT NULL,
    team_id     text NOT NULL,
    at          datetime NOT NULL,
    by_id       text NOT NULL,
    by_name     text NOT NULL,
    by_capacity text NOT NULL,
    text        text NOT NULL,
    FOREIGN KEY (request_id, team_id) REFERENCES unlock_requests (id, team_id)
);
CREATE INDEX request_replies_request ON request_replies (request_id, id);

-- What solutions engineers write about a team for each other. The team never reads it.
CREATE TABLE team_notes (
    id          integer PRIMARY KEY AUTOINCREMENT,
    team_id     text NOT NULL REFERENCES teams (id),
    at          datetime NOT NULL,
    by_id       text NOT NULL,
    by_name     text NOT NULL,
    by_capacity text NOT NULL,
    text        text NOT NULL
);
CREATE INDEX team_notes_team ON team_notes (team_id, id);

-- A solutions engineer looks at a team's pages, as its viewer would see them.
CREATE TABLE viewings (
    id          text PRIMARY KEY,
    team_id     text NOT NULL REFERENCES teams (id),
    by_id       text NOT NULL,
    by_name     text NOT NULL,
    by_capacity text NOT NULL,
    reason      text NOT NULL,
    began_at    datetime NOT NULL,
    ends_at     datetime NOT NULL,
    last_page   text NOT NULL      -- the page that was opened last
);
CREATE INDEX viewings_live ON viewings (team_id, by_id, ends_at);
ALTER TABLE teams ADD COLUMN refuses_viewing boolean NOT NULL DEFAULT false;

-- What the desk's first page asks of all teams.
CREATE INDEX audit_events_engineers ON audit_events (id) WHERE actor_capacity = 'engineer';
CREATE INDEX exposures_open ON exposures (last_seen_at) WHERE settled_at IS NULL OR settled_at < last_seen_at;
CREATE INDEX teams_name ON teams (name, id);
CREATE INDEX teams_created ON teams (created_at, id);
INSERT INTO compatibility VALUES (92, 90);
