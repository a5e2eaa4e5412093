package store_test

import (
	"strings"
	"testing"

	"dojo/models"
	"dojo/store/storetest"
)

// What the database itself refuses, whatever the program does.
func TestTheDatabaseEnforces(t *testing.T) {
	rules := map[string][]string{
		"one active key of each kind": {keyCopy("state, sealed", "revoked_at")},
		"no more of a key than four":  {"UPDATE keys SET ending = '12345'"},
		"unique digests":              {keyCopy("'revoked', digest", "created_at")},
		"a revoked key has a moment":  {"UPDATE keys SET state = 'revoked'"},
		"a retiring key has an end":   {"UPDATE keys SET state = 'retiring', revoked_at = created_at"},
		"known key states":            {"UPDATE keys SET state = 'lost', revoked_at = created_at"},
		"one pending request": {`INSERT INTO unlock_requests SELECT 'copy', team_id, environment_id, state, use_case, created_at, created_by_id, created_by_name,
			created_by_capacity, decided_at, decided_by_id, decided_by_name, decided_by_capacity, agreement, ends_at, answer FROM unlock_requests`},
		"a decision has a moment":        {"UPDATE unlock_requests SET state = 'declined'"},
		"an approval its agreement":      {"UPDATE unlock_requests SET state = 'approved', decided_at = created_at"},
		"no unlock without one":          {"UPDATE agreement_covers SET agreement_id = 'none'"},
		"covers stay apart":              {coverCopy("starts_at, ends_at"), coverCopy("starts_at, NULL"), "UPDATE agreement_covers SET ends_at = NULL WHERE ends_at IS NOT NULL"},
		"no cover ends before it begins": {"UPDATE agreement_covers SET starts_at = ends_at, ends_at = starts_at"},
		"no lock without a reason":       {"UPDATE agreement_covers SET locked_at = starts_at WHERE locked_at IS NULL"},
		"covers stay in their team":      {"UPDATE agreement_covers SET team_id = (SELECT id FROM teams WHERE slug = 'umami')"},
		"one trial a team":               {"UPDATE agreements SET kind = 'trial'"},
		"known kinds of agreements":      {"UPDATE agreements SET kind = 'other'"},
		"no agreement without its team":  {"UPDATE agreements SET team_id = 'none'"},
		"one environment of a kind":      {"UPDATE environments SET kind = 'production' WHERE kind = 'development'"},
		"keys stay in their team":        {"UPDATE keys SET team_id = (SELECT id FROM teams WHERE slug = 'umami') WHERE team_id = (SELECT id FROM teams WHERE slug = 'acme')"},
		"no team without its people":     {"DELETE FROM users"},
		"no environment without it":      {"DELETE FROM teams"},
		"no key without it":              {"DELETE FROM environments"},
		"members exist":                  {"UPDATE members SET user_id = 'nobody'"},
		"known roles":                    {"UPDATE members SET role = 'root'"},
		"one account an address":         {"UPDATE users SET email = 'sol@dojo.example'"},
		"one team a name":                {"UPDATE teams SET slug = 'acme'"},
		"one installation":               {"INSERT INTO instance SELECT 2, keyring_fingerprint, created_at FROM instance", "INSERT INTO instance SELECT 1, keyring_fingerprint, created_at FROM instance"},
		"one open invitation": {`INSERT INTO invitations SELECT 'copy', team_id, email, role, 'x', created_at, created_by_id, created_by_name,
			created_by_capacity, expires_at, accepted_at, withdrawn_at FROM invitations`},
		"nobody is invited as guest":      {"UPDATE invitations SET role = 'guest'"},
		"no member is a guest":            {"UPDATE members SET role = 'guest'"},
		"known purposes of links":         {"UPDATE links SET purpose = 'methodCase'"},
		"known viewers of secrets":        {"UPDATE teams SET production_secret_role = 'viewer'"},
		"one team a former name":          {"UPDATE former_slugs SET slug = 'former'"},
		"one account a passkey":           {"INSERT INTO passkeys SELECT 'copy', credential_id, user_id, name, credential, created_at, last_used_at FROM passkeys"},
		"no passkey without its user":     {"UPDATE passkeys SET user_id = 'nobody'"},
		"known formats of webhooks":       {"UPDATE webhooks SET format = 'xml'"},
		"no delivery without its webhook": {"UPDATE webhook_deliveries SET webhook_id = 'none'"},
		"arrived or dead, not both":       {"UPDATE webhook_deliveries SET delivered_at = created_at, dead_at = created_at"},
		"activity is not rewritten":       {"UPDATE audit_events SET actor_name = 'Somebody else'"},
		"activity is not removed":         {"DELETE FROM audit_events"},
	}
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.RequestUnlock(models.Production)
		invited(t, w, w.Acme, w.Nina.Email, models.Viewer)
		passkey(t, w, w.Dev)
		tested(t, w, w.Acme)
		developmentAgreement(t, w, w.Acme)
		w.Database.Exec(agreementCopy("spare"))
		w.Database.Exec(agreementCopy("later"))
		w.Database.Exec(strings.Replace(coverCopy("ends_at, NULL"), "'spare'", "'later'", 1))
		allowed(t, w.Database, coverCopy("starts_at, starts_at"))
		w.Database.Exec("INSERT INTO former_slugs SELECT 'former-' || slug, id, created_at FROM teams")
		allowed(t, w.Database, keyCopy("'revoked', sealed", "created_at"))
		unchanged(t, w.Database, func() {
			for rule, statements := range rules {
				for _, statement := range statements {
					if _, err := w.Database.SQL().Exec(statement); err == nil {
						t.Errorf("%s: the database allowed %q", rule, statement)
					}
				}
			}
		})
	})
}

// keyCopy is a statement that copies Playground's secret key of Acme, with
// another state and digest, and another revoked_at.
func keyCopy(stateAndDigest, revokedAt string) string {
	return `INSERT INTO keys SELECT 'copy', team_id, environment_id, kind, ` + stateAndDigest + `, sealed, created_at, created_by_id,
		created_by_name, created_by_capacity, last_viewed_at, last_viewed_by_id, last_viewed_by_name, last_viewed_by_capacity,
		retires_at, ` + revokedAt + `, revoked_by_id, revoked_by_name, revoked_by_capacity, reason, note, ending,
		name, last_copied
		FROM keys WHERE kind = 'secret' AND team_id = (SELECT id FROM teams WHERE slug = 'acme')`
}

// coverCopy has another agreement cover what one covers.
func coverCopy(period string) string {
	return `INSERT INTO agreement_covers (agreement_id, environment_id, team_id, starts_at, ends_at, per_second, per_day, locked_by_id,
		locked_by_name, locked_by_capacity, lock_reason, warned) SELECT 'spare', environment_id, team_id, ` + period + `, 0, 0, '', '',
		'', '', 0 FROM agreement_covers WHERE agreement_id <> 'later'`
}

// agreementCopy is another agreement of the same team.
func agreementCopy(id string) string {
	return `INSERT INTO agreements (id, team_id, reference, signatory, engineer_id, first_at, ends_at, kind, version, created_at,
		created_by_id, created_by_name, created_by_capacity) SELECT '` + id + `', team_id, reference, '', '', first_at, NULL, kind, 1,
		created_at, '', '', '' FROM agreements WHERE ends_at IS NOT NULL`
}

// allowed checks that a statement much like the refused ones passes, so that
// they are refused for their rule and not for how they are written.
func allowed(t *testing.T, db *storetest.Database, statement string) {
	t.Helper()
	tx, err := db.SQL().Begin()
	ok(t, err)
	defer tx.Rollback()
	if _, err := tx.Exec(statement); err != nil {
		t.Errorf("%s: %v", statement, err)
	}
}
