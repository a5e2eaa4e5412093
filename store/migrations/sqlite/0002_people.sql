-- +goose Up

-- What a team decides about itself, and its end.
ALTER TABLE teams ADD COLUMN production_secret_role text NOT NULL DEFAULT 'developer'
    CHECK (production_secret_role IN ('developer', 'admin'));
ALTER TABLE teams ADD COLUMN second_factor_required boolean NOT NULL DEFAULT false;
ALTER TABLE teams ADD COLUMN open_to_guests boolean NOT NULL DEFAULT false;
ALTER TABLE teams ADD COLUMN deleted_at datetime;
ALTER TABLE teams ADD COLUMN deleted_by_id text NOT NULL DEFAULT '';
ALTER TABLE teams ADD COLUMN deleted_by_name text NOT NULL DEFAULT '';
ALTER TABLE teams ADD COLUMN deleted_by_capacity text NOT NULL DEFAULT '';

-- Names in addresses that a team had before; they lead to the one it has now.
CREATE TABLE former_slugs (
    slug       text PRIMARY KEY,
    team_id    text NOT NULL REFERENCES teams (id),
    created_at datetime NOT NULL
);

CREATE TABLE invitations (
    id                  text PRIMARY KEY,
    team_id             text NOT NULL REFERENCES teams (id),
    email               text NOT NULL,
    role                text NOT NULL CHECK (role IN ('viewer', 'developer', 'admin', 'owner')),
    digest              blob NOT NULL UNIQUE,
    created_at          datetime NOT NULL,
    created_by_id       text NOT NULL,
    created_by_name     text NOT NULL,
    created_by_capacity text NOT NULL,
    expires_at          datetime NOT NULL,
    accepted_at         datetime,
    withdrawn_at        datetime
);
CREATE UNIQUE INDEX invitations_one_open ON invitations (team_id, email) WHERE accepted_at IS NULL AND withdrawn_at IS NULL;

ALTER TABLE links ADD COLUMN purpose text NOT NULL DEFAULT 'setup' CHECK (purpose IN ('setup', 'reset', 'signup'));
ALTER TABLE links ADD COLUMN user_id text NOT NULL DEFAULT '';

-- A second factor: a code of an authenticator app, sealed like a key.
ALTER TABLE users ADD COLUMN totp_sealed blob;
ALTER TABLE users ADD COLUMN totp_confirmed_at datetime;
ALTER TABLE users ADD COLUMN totp_step bigint NOT NULL DEFAULT 0; -- the last time step whose code was used

CREATE TABLE recovery_codes (
    digest     blob PRIMARY KEY,
    user_id    text NOT NULL REFERENCES users (id),
    created_at datetime NOT NULL,
    used_at    datetime
);
CREATE INDEX recovery_codes_user ON recovery_codes (user_id);

CREATE TABLE passkeys (
    id            text PRIMARY KEY,
    credential_id blob NOT NULL UNIQUE,
    user_id       text NOT NULL REFERENCES users (id),
    name          text NOT NULL,
    credential    blob NOT NULL, -- what the WebAuthn library keeps of it, as JSON
    created_at    datetime NOT NULL,
    last_used_at  datetime
);
CREATE INDEX passkeys_user ON passkeys (user_id);

-- A person at an OpenID Connect provider.
CREATE TABLE identities (
    issuer     text NOT NULL,
    subject    text NOT NULL,
    user_id    text NOT NULL REFERENCES users (id),
    created_at datetime NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_user ON identities (user_id);

-- Browsers that a person has signed in with before.
CREATE TABLE devices (
    user_id      text NOT NULL REFERENCES users (id),
    digest       blob NOT NULL,
    created_at   datetime NOT NULL,
    last_seen_at datetime NOT NULL,
    PRIMARY KEY (user_id, digest)
);

ALTER TABLE sessions ADD COLUMN id text NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN proved_at datetime; -- when the person last proved who they are
ALTER TABLE sessions ADD COLUMN former_digest blob; -- before it was last renewed: a sign-out under way ends it by this one
CREATE INDEX sessions_former ON sessions (former_digest) WHERE former_digest IS NOT NULL;

-- Mail that the transaction of its cause has written, sealed until it is sent.
CREATE TABLE mails (
    id          text PRIMARY KEY,
    kind        text NOT NULL,
    recipient   text NOT NULL,
    sealed      blob,          -- what it says; emptied when it was sent
    created_at  datetime NOT NULL,
    next_try_at datetime NOT NULL,
    tries       integer NOT NULL,
    sent_at     datetime,
    failed_at   datetime,             -- given up
    last_error  text NOT NULL
);
CREATE INDEX mails_due ON mails (next_try_at) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX mails_failed ON mails (failed_at) WHERE failed_at IS NOT NULL;
