-- +goose Up

-- What people and webhooks are told of: one row for an event, written by the change that
-- caused it.
CREATE TABLE notifications (
    id             integer PRIMARY KEY AUTOINCREMENT,
    at             datetime NOT NULL,
    event          text NOT NULL,
    team_id        text NOT NULL, -- empty when it concerns no team
    environment_id text NOT NULL, -- empty when it concerns the whole team
    environment    text NOT NULL,
    subject_id     text NOT NULL,
    actor_id       text NOT NULL,
    actor_name     text NOT NULL,
    actor_capacity text NOT NULL,
    detail         text NOT NULL, -- JSON
    told_at        datetime       -- its deliveries were made out
);
CREATE INDEX notifications_due ON notifications (id) WHERE told_at IS NULL;
CREATE INDEX notifications_old ON notifications (at);
CREATE INDEX notifications_team ON notifications (team_id, id);
CREATE INDEX notifications_subject ON notifications (subject_id, event);

-- Whom a notification concerns, in the page and, once a day, by mail.
CREATE TABLE notices (
    user_id         text NOT NULL,
    notification_id bigint NOT NULL REFERENCES notifications (id) ON DELETE CASCADE,
    desk            boolean NOT NULL, -- as a solutions engineer, whose pages are at the desk
    for_digest      boolean NOT NULL, -- the next daily mail has it
    seen_at         datetime,
    PRIMARY KEY (user_id, notification_id)
);
CREATE INDEX notices_notification ON notices (notification_id);
CREATE INDEX notices_unseen ON notices (user_id, notification_id) WHERE seen_at IS NULL;
CREATE INDEX notices_digest ON notices (user_id, notification_id) WHERE for_digest;

-- Of which events a person wants no mail.
CREATE TABLE muted_events (
    user_id text NOT NULL REFERENCES users (id),
    event   text NOT NULL,
    PRIMARY KEY (user_id, event)
);

-- When a person was last sent the day's mail.
CREATE TABLE digests (
    user_id text PRIMARY KEY REFERENCES users (id),
    sent_at datetime NOT NULL
);

-- Who has viewed a secret key, so that the first time is told of.
CREATE TABLE secret_viewers (
    key_id  text NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
    user_id text NOT NULL,
    at      datetime NOT NULL,
    PRIMARY KEY (key_id, user_id)
);
INSERT INTO secret_viewers
SELECT subject_id, actor_id, min(at) FROM audit_events
WHERE action = 'key.viewed' AND subject_id IN (SELECT id FROM keys WHERE kind = 'secret')
GROUP BY subject_id, actor_id;

-- There may be many mails from now on.
CREATE INDEX mails_sent ON mails (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX mails_troubled ON mails (created_at) WHERE last_error <> '' AND sent_at IS NULL;

INSERT INTO compatibility SELECT 91, oldest FROM compatibility ORDER BY version DESC LIMIT 1;
