-- +goose Up

-- Addresses that are told of events over HTTP, of a team or of the desk.
CREATE TABLE webhooks (
    id                  text PRIMARY KEY,
    team_id             text NOT NULL, -- empty: the desk's
    host                text NOT NULL,
    format              text NOT NULL CHECK (format IN ('standard', 'slack')),
    events              text NOT NULL, -- JSON
    sealed              bytea NOT NULL, -- the address, and the secrets that sign
    former_until        timestamptz,       -- the secret before the last rotation signs too
    created_at          timestamptz NOT NULL,
    created_by_id       text NOT NULL,
    created_by_name     text NOT NULL,
    created_by_capacity text NOT NULL,
    failing_since       timestamptz,
    paused_at           timestamptz,
    paused_by_id        text NOT NULL,
    paused_by_name      text NOT NULL,
    paused_by_capacity  text NOT NULL
);
CREATE INDEX webhooks_team ON webhooks (team_id, created_at);

-- What they are told: one row for an event and a webhook.
CREATE TABLE webhook_deliveries (
    id           text PRIMARY KEY, -- the webhook-id that the receiver sees
    webhook_id   text NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event        text NOT NULL,
    told         text NOT NULL,    -- JSON: what the body is made from
    body         text NOT NULL,    -- as it was sent at the first try, and is at each
    created_at   timestamptz NOT NULL,
    next_try_at  timestamptz NOT NULL,
    tries        integer NOT NULL,
    tried_at     timestamptz,            -- this and the next ones are of the last try
    took         bigint NOT NULL,  -- in nanoseconds
    status       integer NOT NULL, -- HTTP's; 0: no answer
    answer       text NOT NULL,    -- the beginning of its body
    failure      text NOT NULL,    -- empty: none
    delivered_at timestamptz,
    dead_at      timestamptz,            -- given up
    CHECK (delivered_at IS NULL OR dead_at IS NULL)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_try_at)
    WHERE delivered_at IS NULL AND dead_at IS NULL;
CREATE INDEX webhook_deliveries_webhook ON webhook_deliveries (webhook_id, created_at, id);
CREATE INDEX webhook_deliveries_old ON webhook_deliveries (created_at);
CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (dead_at) WHERE dead_at IS NOT NULL;

INSERT INTO compatibility SELECT 93, oldest FROM compatibility ORDER BY version DESC LIMIT 1;
