-- +goose Up

-- Most interactions are of people who have not signed in. Those have no user's id, and
-- need no place in this index: a page less to write for each of them.
DROP INDEX interactions_user;
CREATE INDEX interactions_user ON interactions (data_set_id, user_id, id) WHERE user_id <> '';
