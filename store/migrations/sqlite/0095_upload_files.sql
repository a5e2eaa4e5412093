-- +goose Up

-- Files that were chosen to be uploaded, while their columns are mapped and looked at. Any process may take the next
-- step, so they are here and not on one machine's disk; they are gone when they were uploaded, or soon after. What an older
-- program that serves beside this one deletes takes them along.
CREATE TABLE upload_files (
    id             text PRIMARY KEY,
    team_id        text NOT NULL,
    environment_id text NOT NULL,
    user_id        text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    collection     text NOT NULL,
    name           text NOT NULL,
    size           bigint NOT NULL,
    plan           blob NOT NULL,     -- JSON: how it is read, and what was found in it; empty while it is on its way
    created_at     datetime NOT NULL,
    expires_at     datetime NOT NULL,
    FOREIGN KEY (environment_id, team_id) REFERENCES environments (id, team_id) ON DELETE CASCADE
);
CREATE INDEX upload_files_user ON upload_files (user_id, created_at);
CREATE INDEX upload_files_environment ON upload_files (environment_id);
CREATE INDEX upload_files_expires ON upload_files (expires_at);
CREATE TABLE upload_parts (
    file_id text NOT NULL REFERENCES upload_files (id) ON DELETE CASCADE,
    number  integer NOT NULL,
    bytes   blob NOT NULL,
    PRIMARY KEY (file_id, number)
);

-- What a team has chosen for the columns of a table, for the next one with the same columns.
CREATE TABLE upload_mappings (
    team_id    text NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    collection text NOT NULL,
    columns    text NOT NULL,         -- a digest of their names, in order
    mapping    blob NOT NULL,         -- JSON
    updated_at datetime NOT NULL,
    PRIMARY KEY (team_id, collection, columns)
);
INSERT INTO compatibility SELECT 95, oldest FROM compatibility ORDER BY version DESC LIMIT 1;
