-- +goose Up

-- Records that were deleted one at a time on the pages, as they were, for as long as that can be undone. Each table has the
-- columns of the one that its records were in. The body of one that is back again is empty. What an older program that
-- serves beside this one removes takes them along.
CREATE TABLE deleted_products (
    deletion_id text PRIMARY KEY,
    deleted_at  timestamptz NOT NULL,
    undone_at   timestamptz,
    data_set_id text NOT NULL REFERENCES data_sets (id) ON DELETE CASCADE,
    id          text NOT NULL,
    title       text NOT NULL,
    body        bytea NOT NULL,
    updated_at  timestamptz NOT NULL
);
CREATE INDEX deleted_products_record ON deleted_products (data_set_id, id);
CREATE INDEX deleted_products_over ON deleted_products (deleted_at);

CREATE TABLE deleted_end_users (
    deletion_id text PRIMARY KEY,
    deleted_at  timestamptz NOT NULL,
    undone_at   timestamptz,
    data_set_id text NOT NULL REFERENCES data_sets (id) ON DELETE CASCADE,
    id          text NOT NULL,
    name        text NOT NULL,
    body        bytea NOT NULL,
    updated_at  timestamptz NOT NULL
);
CREATE INDEX deleted_end_users_record ON deleted_end_users (data_set_id, id);
CREATE INDEX deleted_end_users_over ON deleted_end_users (deleted_at);

CREATE TABLE deleted_interactions (
    deletion_id  text PRIMARY KEY,
    deleted_at   timestamptz NOT NULL,
    undone_at    timestamptz,
    data_set_id  text NOT NULL REFERENCES data_sets (id) ON DELETE CASCADE,
    id           bigint NOT NULL,
    type         text NOT NULL,
    user_id      text NOT NULL,
    anonymous_id text NOT NULL,
    product_ids  text NOT NULL,
    occurred_at  timestamptz NOT NULL,
    received_at  timestamptz NOT NULL,
    body         bytea NOT NULL
);
CREATE INDEX deleted_interactions_user ON deleted_interactions (data_set_id, user_id);
CREATE INDEX deleted_interactions_over ON deleted_interactions (deleted_at);

INSERT INTO compatibility SELECT 102, oldest FROM compatibility ORDER BY version DESC LIMIT 1;
