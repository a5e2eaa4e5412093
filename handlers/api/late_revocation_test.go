package api_test

import (
	"context"
	"io"
	"net/http/httptest"
	"testing"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

// What a revocation, a lock or a deletion has committed counts in the transaction that
// keeps an upload, although the gate has not heard of it; and the answer, and what the
// team is told, are those of the gate.
func TestAPIKeyIsCheckedWithTheWrite(t *testing.T) {
	const (
		invalid = `{"message":"invalid api key.","errors":true}`
		locked  = `{"message":"The Development environment is locked. Request an unlock in Dojo or contact your ` +
			`solutions engineer.","code":"environment_locked","errors":true}`
	)
	for name, test := range map[string]struct {
		statement string
		status    int
		body      string
		outcome   models.Outcome
	}{
		"revoked": {"UPDATE keys SET state = 'revoked', revoked_at = created_at", 401, invalid, models.KeyIsRevoked},
		"retired": {"UPDATE keys SET state = 'retiring', revoked_at = created_at, retires_at = created_at", 401, invalid,
			models.KeyIsRetired},
		"locked": {"DELETE FROM agreement_covers", 403, locked, models.NeverUnlocked},
		"ended": {"UPDATE agreement_covers SET ends_at = starts_at", 403, locked,
			models.AgreementEnded},
		"of a deleted team": {"UPDATE teams SET deleted_at = created_at", 401, invalid, models.UnknownKey},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, database *storetest.Database) {
				w := webtest.NewAPI(t, database)
				secret := "X-API-KEY: " + w.Secret()
				database.Exec(test.statement)
				for _, request := range [][3]string{
					{"POST", "/v1/interactions", `{"data":[{"type":"search"}]}`},
					{"POST", "/v1/users", `{"data":[{"user_id":"u"}]}`},
					{"POST", "/v1/users?async=1", `{"data":[{"user_id":"u"}]}`},
					{"POST", "/v1/users/_delete", `{"data":{"user_ids":["u"]}}`},
					{"DELETE", "/v1/products/p", ""},
				} {
					got := w.Request(request[0], request[1], request[2], secret)
					webtest.Expect(t, got, test.status, test.body)
					if name == "of a deleted team" {
						continue // whose pages nobody sees
					}
					if seen, err := w.Seen(got); err != nil || seen.Outcome != test.outcome {
						t.Errorf("%s %s is listed as %q (%v); want %q", request[0], request[1], seen.Outcome, err,
							test.outcome)
					}
				}
				for _, table := range []string{"interactions", "end_users", "tasks"} {
					if rows := database.Count("SELECT count(*) FROM " + table +
						" WHERE data_set_id <> '" + models.PlaygroundDataSet + "'"); rows != 0 {
						t.Errorf("%d rows in %s", rows, table)
					}
				}
			})
		})
	}
}

// A key that is revoked while the body comes is refused, and nothing is kept.
func TestAPIKeyIsRevokedInTheMiddleOfABody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w := webtest.NewAPI(t, database)
		key := w.Key(models.Development, models.Secret)
		body, send := io.Pipe()
		r := httptest.NewRequest("POST", "/v1/users", body)
		r.Header.Set("X-Api-Key", w.Secret())
		answered := make(chan *httptest.ResponseRecorder)
		go func() { answered <- w.Serve(r) }()
		whole := `{"data":[{"user_id":"u"}]}`
		io.WriteString(send, whole[:10])
		if _, err := w.Team(w.Olivia, w.Acme).RevokeKey(context.Background(), models.Development, key.ID,
			models.Revocation{Reason: models.Compromised}); err != nil {
			t.Fatal(err)
		}
		io.WriteString(send, whole[10:])
		send.Close()
		webtest.Expect(t, <-answered, 401, `{"message":"invalid api key.","errors":true}`)
		if got := w.Counts(); got != (models.Counts{}) {
			t.Errorf("the data set has %+v", got)
		}
	})
}
