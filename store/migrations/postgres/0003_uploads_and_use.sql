-- +goose Up

-- Sizes of a data set, kept by whoever changes its records.
ALTER TABLE data_sets ADD COLUMN products bigint NOT NULL DEFAULT 0;
ALTER TABLE data_sets ADD COLUMN end_users bigint NOT NULL DEFAULT 0;
ALTER TABLE data_sets ADD COLUMN interactions bigint NOT NULL DEFAULT 0;
UPDATE data_sets SET
    products     = (SELECT count(*) FROM products WHERE data_set_id = data_sets.id),
    end_users    = (SELECT count(*) FROM end_users WHERE data_set_id = data_sets.id),
    interactions = (SELECT count(*) FROM interactions WHERE data_set_id = data_sets.id);

-- Which type a custom attribute has in all records of a data set.
CREATE TABLE attribute_types (
    data_set_id text NOT NULL REFERENCES data_sets (id),
    collection  text NOT NULL CHECK (collection IN ('products', 'users')),
    name        text NOT NULL,
    type        text NOT NULL,
    PRIMARY KEY (data_set_id, collection, name)
);

-- What became of uploads and deletions of products and users.
CREATE TABLE tasks (
    id          text PRIMARY KEY,
    data_set_id text NOT NULL REFERENCES data_sets (id),
    collection  text NOT NULL CHECK (collection IN ('products', 'users')),
    code        integer NOT NULL, -- an HTTP status
    lines       text NOT NULL, -- why records were rejected, as a JSON array
    created_at  timestamptz NOT NULL
);
CREATE INDEX tasks_created ON tasks (created_at);

-- Lists are read in the order of an index that also holds what is searched, so that
-- a search need not visit the records. What is shown of a title or name is cut, since
-- PostgreSQL takes 2,704 bytes into an index, and an id may be 2,048 of them.
UPDATE products SET title = substr(title, 1, 120) WHERE length(title) > 120;
UPDATE end_users SET name = substr(name, 1, 120) WHERE length(name) > 120;
DROP INDEX products_recent;
DROP INDEX end_users_recent;
CREATE INDEX products_recent ON products (data_set_id, updated_at, id, title);
CREATE INDEX products_title ON products (data_set_id, title, id);
CREATE INDEX end_users_recent ON end_users (data_set_id, updated_at, id, name);
CREATE INDEX end_users_name ON end_users (data_set_id, name, id);
CREATE INDEX interactions_anonymous ON interactions (data_set_id, substr(anonymous_id, 1, 256), id) WHERE anonymous_id <> '';

-- What a team decides about the keys of an environment.
ALTER TABLE environments ADD COLUMN allowed_origins text NOT NULL DEFAULT ''; -- separated by spaces; empty: any
ALTER TABLE environments ADD COLUMN refuses_browser_secrets boolean NOT NULL DEFAULT false;

-- What follows is written seconds after it happened, when a key's team may be gone
-- already. So nothing refers to keys or environments by a constraint.

-- The last use of each key.
CREATE TABLE key_uses (
    key_id          text PRIMARY KEY,
    accepted        bigint NOT NULL, -- requests let in
    refused         bigint NOT NULL,
    last_at         timestamptz, -- of a request that was let in
    last_address    text NOT NULL,
    last_user_agent text NOT NULL,
    last_refused_at timestamptz
);

-- Requests of an hour.
CREATE TABLE request_counts (
    environment_id text NOT NULL,
    hour           timestamptz NOT NULL,
    key_id         text NOT NULL,
    endpoint       text NOT NULL,
    outcome        text NOT NULL,
    requests       bigint NOT NULL,
    PRIMARY KEY (environment_id, hour, key_id, endpoint, outcome)
);
CREATE INDEX request_counts_hour ON request_counts (hour);

-- Who shows a key.
CREATE TABLE callers (
    key_id         text NOT NULL,
    address        text NOT NULL,
    user_agent     text NOT NULL,
    origin         text NOT NULL,
    environment_id text NOT NULL,
    first_seen_at  timestamptz NOT NULL,
    last_seen_at   timestamptz NOT NULL,
    accepted       bigint NOT NULL,
    refused        bigint NOT NULL,
    PRIMARY KEY (key_id, address, user_agent, origin)
);
CREATE INDEX callers_recent ON callers (key_id, last_seen_at);
CREATE INDEX callers_environment ON callers (environment_id, last_seen_at);
CREATE INDEX callers_age ON callers (last_seen_at);

-- Recent requests one by one. Those whose key is nobody's have no environment.
CREATE TABLE requests (
    id             text PRIMARY KEY, -- the answer's X-Request-Id
    environment_id text NOT NULL,
    key_id         text NOT NULL, -- empty: not known
    at             timestamptz NOT NULL,
    method         text NOT NULL,
    path           text NOT NULL, -- without the query
    endpoint       text NOT NULL,
    status         integer NOT NULL,
    outcome        text NOT NULL,
    origin         text NOT NULL,
    address        text NOT NULL,
    user_agent     text NOT NULL,
    duration       bigint NOT NULL -- microseconds
);
CREATE INDEX requests_environment ON requests (environment_id, at, id);
CREATE INDEX requests_age ON requests (at);

-- Signs that a key is where it should not be, each at the moment it was last seen.
CREATE TABLE exposures (
    environment_id text NOT NULL,
    kind           text NOT NULL,
    key_id         text NOT NULL,
    first_seen_at  timestamptz NOT NULL,
    last_seen_at   timestamptz NOT NULL,
    requests       bigint NOT NULL,
    address        text NOT NULL,
    user_agent     text NOT NULL,
    origin         text NOT NULL,
    settled_at     timestamptz, -- a member saw to it; seen later, it is open again
    PRIMARY KEY (environment_id, kind, key_id)
);

-- Admins are told of exposures once a day at most.
ALTER TABLE teams ADD COLUMN exposure_mailed_at timestamptz;
