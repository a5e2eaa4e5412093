-- +goose Up

-- One row that says which installation this is.
CREATE TABLE instance (
    id                  integer PRIMARY KEY CHECK (id = 1),
    keyring_fingerprint text NOT NULL, -- the keyring that sealed the keys; another one is refused
    created_at          timestamptz NOT NULL
);

CREATE TABLE users (
    id            text PRIMARY KEY,
    email         text NOT NULL UNIQUE,
    name          text NOT NULL,
    password_hash text NOT NULL,
    engineer      boolean NOT NULL,
    created_at    timestamptz NOT NULL,
    disabled_at   timestamptz
);

CREATE TABLE teams (
    id         text PRIMARY KEY,
    slug       text NOT NULL UNIQUE,
    name       text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE members (
    team_id          text NOT NULL REFERENCES teams (id),
    user_id          text NOT NULL REFERENCES users (id),
    role             text NOT NULL CHECK (role IN ('viewer', 'developer', 'admin', 'owner')),
    last_environment text NOT NULL,
    last_viewed_at   timestamptz,
    created_at       timestamptz NOT NULL,
    PRIMARY KEY (team_id, user_id)
);
CREATE INDEX members_user ON members (user_id);

CREATE TABLE sessions (
    digest       bytea PRIMARY KEY,
    user_id      text NOT NULL, -- empty before sign-in
    data         bytea NOT NULL,
    address      text NOT NULL,
    user_agent   text NOT NULL,
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE links (
    digest     bytea PRIMARY KEY,
    email      text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);

-- Where records are kept. All Playgrounds share one.
CREATE TABLE data_sets (
    id         text PRIMARY KEY,
    created_at timestamptz NOT NULL
);

CREATE TABLE environments (
    id                   text PRIMARY KEY,
    team_id              text NOT NULL REFERENCES teams (id),
    kind                 text NOT NULL CHECK (kind IN ('playground', 'development', 'production')),
    data_set_id          text NOT NULL REFERENCES data_sets (id),
    unlocked_at          timestamptz,
    unlocked_by_id       text NOT NULL,
    unlocked_by_name     text NOT NULL,
    unlocked_by_capacity text NOT NULL,
    agreement            text NOT NULL,
    agreement_ends_at    timestamptz,
    created_at           timestamptz NOT NULL,
    UNIQUE (team_id, kind),
    UNIQUE (id, team_id),
    -- Only an agreement unlocks, except for Playground, which always is.
    CHECK (kind = 'playground' OR unlocked_at IS NULL OR (agreement <> '' AND agreement_ends_at IS NOT NULL))
);

CREATE TABLE keys (
    id                      text PRIMARY KEY,
    team_id                 text NOT NULL,
    environment_id          text NOT NULL,
    kind                    text NOT NULL CHECK (kind IN ('publishable', 'secret')),
    state                   text NOT NULL CHECK (state IN ('active', 'retiring', 'revoked')),
    digest                  bytea NOT NULL UNIQUE,
    sealed                  bytea NOT NULL,
    created_at              timestamptz NOT NULL,
    created_by_id           text NOT NULL,
    created_by_name         text NOT NULL,
    created_by_capacity     text NOT NULL,
    last_viewed_at          timestamptz,
    last_viewed_by_id       text NOT NULL,
    last_viewed_by_name     text NOT NULL,
    last_viewed_by_capacity text NOT NULL,
    retires_at              timestamptz,
    revoked_at              timestamptz,
    revoked_by_id           text NOT NULL,
    revoked_by_name         text NOT NULL,
    revoked_by_capacity     text NOT NULL,
    reason                  text NOT NULL,
    note                    text NOT NULL,
    FOREIGN KEY (environment_id, team_id) REFERENCES environments (id, team_id),
    CHECK ((state = 'active') = (revoked_at IS NULL)),
    CHECK (state <> 'retiring' OR retires_at IS NOT NULL)
);
CREATE INDEX keys_environment ON keys (environment_id, created_at);
CREATE INDEX keys_retiring ON keys (retires_at) WHERE state = 'retiring';
CREATE UNIQUE INDEX keys_one_active ON keys (environment_id, kind) WHERE state = 'active';

CREATE TABLE unlock_requests (
    id                  text PRIMARY KEY,
    team_id             text NOT NULL,
    environment_id      text NOT NULL,
    state               text NOT NULL CHECK (state IN ('pending', 'approved', 'declined', 'withdrawn')),
    use_case            text NOT NULL,
    created_at          timestamptz NOT NULL,
    created_by_id       text NOT NULL,
    created_by_name     text NOT NULL,
    created_by_capacity text NOT NULL,
    decided_at          timestamptz,
    decided_by_id       text NOT NULL,
    decided_by_name     text NOT NULL,
    decided_by_capacity text NOT NULL,
    agreement           text NOT NULL,
    ends_at             timestamptz,
    answer              text NOT NULL,
    FOREIGN KEY (environment_id, team_id) REFERENCES environments (id, team_id),
    CHECK ((state = 'pending') = (decided_at IS NULL)),
    CHECK (state <> 'approved' OR (agreement <> '' AND ends_at IS NOT NULL))
);
CREATE INDEX unlock_requests_environment ON unlock_requests (environment_id, created_at);
CREATE INDEX unlock_requests_state ON unlock_requests (state, created_at);
CREATE UNIQUE INDEX unlock_requests_one_pending ON unlock_requests (environment_id) WHERE state = 'pending';

CREATE TABLE audit_events (
    id             bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    at             timestamptz NOT NULL,
    action         text NOT NULL,
    actor_id       text NOT NULL,
    actor_name     text NOT NULL,
    actor_capacity text NOT NULL,
    address        text NOT NULL,
    request_id     text NOT NULL,
    team_id        text NOT NULL, -- empty when it concerns no team
    environment_id text NOT NULL, -- empty when it concerns the whole team
    environment    text NOT NULL,
    subject_id     text NOT NULL,
    detail         text NOT NULL
);
CREATE INDEX audit_events_team ON audit_events (team_id, id);
CREATE INDEX audit_events_environment ON audit_events (environment_id, id);

-- The activity list is only ever added to.
-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_events_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE products (
    data_set_id text NOT NULL REFERENCES data_sets (id),
    id          text NOT NULL,
    title       text NOT NULL,
    body        bytea NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (data_set_id, id)
);
CREATE INDEX products_recent ON products (data_set_id, updated_at, id);

CREATE TABLE end_users (
    data_set_id text NOT NULL REFERENCES data_sets (id),
    id          text NOT NULL,
    name        text NOT NULL,
    body        bytea NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (data_set_id, id)
);
CREATE INDEX end_users_recent ON end_users (data_set_id, updated_at, id);

CREATE TABLE interactions (
    id           bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    data_set_id  text NOT NULL REFERENCES data_sets (id),
    type         text NOT NULL,
    user_id      text NOT NULL,
    anonymous_id text NOT NULL,
    product_ids  text NOT NULL,
    occurred_at  timestamptz NOT NULL,
    received_at  timestamptz NOT NULL,
    body         bytea NOT NULL
);
CREATE INDEX interactions_recent ON interactions (data_set_id, id);
CREATE INDEX interactions_type ON interactions (data_set_id, type, id);
CREATE INDEX interactions_user ON interactions (data_set_id, user_id, id);
