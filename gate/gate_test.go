package gate_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dojo/gate"
	"dojo/models"
)

// noon is the moment at which tests begin.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the tests make many failures
	os.Exit(m.Run())
}

func digest(key string) [32]byte { return sha256.Sum256([]byte(key)) }

// keyText returns a well-formed key that is the same for the same name.
func keyText(name string) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte("key "+name)))[:models.KeyLength]
}

// grant returns the grant of the key with the name, in an unlocked environment of
// its own team.
func grant(name string, kind models.KeyKind, environment models.EnvironmentKind) models.Grant {
	return models.Grant{
		Digest: digest(keyText(name)), KeyID: "id of " + name, Kind: kind,
		TeamID: "team id", TeamSlug: "acme", EnvironmentID: string(environment) + " id",
		Environment: environment, DataSetID: "data set", Periods: models.Always(),
	}
}

// unknown is the position of a change that has none.
var unknown models.FeedPosition

// source is a database of grants that can fail.
type source struct {
	mu     sync.Mutex
	grants []models.Grant
	err    error
	read   func() // called in each read, after the grants are taken
}

func (s *source) set(grants ...models.Grant) { s.change(func() { s.grants = grants }) }
func (s *source) fail(err error)             { s.change(func() { s.err = err }) }

func (s *source) change(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

func (s *source) Grants(_ context.Context, take func(*models.Grant) error) error {
	grants, err := s.take(func(models.Grant) bool { return true })
	for i := 0; err == nil && i < len(grants); i++ {
		err = take(&grants[i])
	}
	return err
}

func (s *source) GrantByDigest(_ context.Context, digest [32]byte) (models.Grant, bool, error) {
	grants, err := s.take(func(g models.Grant) bool { return g.Digest == digest })
	if err != nil || len(grants) == 0 {
		return models.Grant{}, false, err
	}
	return grants[0], true, nil
}

func (s *source) EnvironmentGrants(_ context.Context, id string) ([]models.Grant, error) {
	return s.take(func(g models.Grant) bool { return g.EnvironmentID == id })
}

func (s *source) take(wanted func(models.Grant) bool) ([]models.Grant, error) {
	s.mu.Lock()
	grants, err, read := slices.Clone(s.grants), s.err, s.read
	s.mu.Unlock()
	if read != nil {
		read()
	}
	return slices.DeleteFunc(grants, func(g models.Grant) bool { return !wanted(g) }), err
}

// opened returns a gate that has loaded the grants, at noon.
func opened(t testing.TB, grants ...models.Grant) (*gate.Gate, *source) {
	t.Helper()
	src := &source{grants: grants}
	g := gate.New(src, digest, func() time.Time { return noon })
	t.Cleanup(g.Close)
	if err := g.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return g, src
}

func check(t *testing.T, g *gate.Gate, name string, want models.Outcome) {
	t.Helper()
	if got := g.CheckKey(keyText(name)).Outcome; got != want {
		t.Errorf("key %q: %q, want %q", name, got, want)
	}
}

func TestAcceptedKeyBringsItsGrant(t *testing.T) {
	want := grant("a", models.Secret, models.Production)
	want.RetiresAt, want.Periods = noon.Add(time.Hour), []models.Period{{From: noon, Until: noon.Add(2 * time.Hour)}}
	g, _ := opened(t, want, grant("b", models.Publishable, models.Development))
	want.Periods = nil // which are the gate's alone
	if got := g.CheckKey(keyText("a")); !reflect.DeepEqual(got, gate.Finding{Outcome: models.Accepted, Grant: want}) {
		t.Errorf("got %+v; want %+v", got, want)
	}
}

func TestOutcomesInOrder(t *testing.T) {
	locked := func(g models.Grant) models.Grant { g.Periods = nil; return g }
	retired := func(g models.Grant) models.Grant { g.RetiresAt = noon; return g }
	post, interactions := gate.RequestOf("POST", "/v1/products"), gate.RequestOf("POST", "/v1/interactions")
	read := gate.RequestOf("GET", "/v1/products/1")
	publishable, secret := models.Publishable, models.Secret
	for _, c := range []struct {
		grant models.Grant
		route gate.Request
		want  models.Outcome
	}{
		{retired(locked(grant("k", publishable, models.Playground))), post, models.KeyIsRetired},
		{locked(grant("k", publishable, models.Playground)), post, models.NeverUnlocked},
		{locked(grant("k", publishable, models.Production)), interactions, models.NeverUnlocked},
		{grant("k", publishable, models.Playground), post, models.SecretKeyNeeded},
		{grant("k", publishable, models.Playground), read, models.SecretKeyNeeded},
		{grant("k", publishable, models.Playground), interactions, models.PlaygroundReadOnly},
		{grant("k", secret, models.Playground), post, models.PlaygroundReadOnly},
		{grant("k", secret, models.Playground), interactions, models.PlaygroundReadOnly},
		{grant("k", secret, models.Playground), read, models.Accepted},
		{grant("k", publishable, models.Development), post, models.SecretKeyNeeded},
		{grant("k", publishable, models.Development), read, models.SecretKeyNeeded},
		{grant("k", publishable, models.Development), interactions, models.Accepted},
		{grant("k", secret, models.Development), post, models.Accepted},
		{grant("k", secret, models.Production), interactions, models.Accepted},
	} {
		g, _ := opened(t, c.grant)
		if got := g.CheckRequest(keyText("k"), c.route).Outcome; got != c.want {
			t.Errorf("%s key of %s, %+v: %q, want %q", c.grant.Kind, c.grant.Environment, c.route, got, c.want)
		}
	}
}

func TestBadKeys(t *testing.T) {
	g, _ := opened(t, grant("a", models.Secret, models.Production))
	for key, want := range map[string]models.Outcome{
		"":                            models.NoKey,
		"x":                           models.MalformedKey,
		keyText("unknown"):            models.UnknownKey,
		strings.ToUpper(keyText("a")): models.MalformedKey,
		keyText("a") + "0":            models.MalformedKey,
		keyText("a")[1:]:              models.MalformedKey,
		" " + keyText("a")[1:]:        models.MalformedKey,
	} {
		if got := g.CheckKey(key); !reflect.DeepEqual(got, gate.Finding{Outcome: want}) {
			t.Errorf("key %q: %+v, want %q", key, got, want)
		}
	}
}

func TestRequestOf(t *testing.T) {
	for _, c := range []struct {
		method, path        string
		interactions, write bool
	}{
		{"POST", "/v1/interactions", true, true},
		{"GET", "/v1/interactions", false, false},
		{"DELETE", "/v1/interactions", false, true},
		{"POST", "/v1/interactions/", false, true},
		{"POST", "/v1//interactions", false, true},
		{"POST", "/v1/%69nteractions", false, true},
		{"post", "/v1/interactions", false, true},
		{"POST", "/v1/products", false, true},
		{"POST", "/v1/users/_delete", false, true},
		{"GET", "/v1/products/p%2F1", false, false},
		{"HEAD", "/v1/products/1", false, false},
		{"PUT", "/v1/anything", false, true},
		{"POST", "/v1/search/search", false, false},
		{"POST", "/v1/search/../products", false, true},
		{"POST", "/v1/%70roducts", false, true},
		{"POST", "/v1/products;x", false, true},
		{"POST", "/v1/Products", false, true},
		{"POST", "/other", false, true},
		{"GET", "/other", false, false},
		{"", "/v1/interactions", false, true},
		{"", "", false, true},
	} {
		got := gate.RequestOf(c.method, c.path)
		if got.Interactions != c.interactions || got.Write != c.write {
			t.Errorf("%s %s: %+v", c.method, c.path, got)
		}
	}
}

func TestNothingIsKnownBeforeLoad(t *testing.T) {
	src := &source{grants: []models.Grant{grant("a", models.Secret, models.Production)}, err: errors.New("no database")}
	g := gate.New(src, digest, time.Now)
	defer g.Close()
	if err := g.Load(t.Context()); err == nil {
		t.Error("Load succeeded without a source")
	}
	check(t, g, "a", models.GateUnavailable)
	check(t, g, "unknown", models.GateUnavailable)
	if refused, known := g.Refuses(production, "id of a"); refused || known {
		t.Error("Refuses before Load")
	}
}

// accepts reports whether the gate knows that it lets the key in.
func accepts(g *gate.Gate, id string) bool {
	for _, kind := range models.EnvironmentKinds() {
		if refused, known := g.Refuses(string(kind)+" id", id); known && !refused {
			return true
		}
	}
	return false
}

func TestMomentsAreExact(t *testing.T) {
	retiring := grant("retiring", models.Secret, models.Development)
	retiring.RetiresAt = noon
	lapsing := grant("lapsing", models.Secret, models.Production)
	lapsing.Periods = []models.Period{{Until: noon}}
	var now time.Time
	g := gate.New(&source{grants: []models.Grant{retiring, lapsing}}, digest, func() time.Time { return now })
	defer g.Close()
	if err := g.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	now = noon.Add(-time.Nanosecond)
	check(t, g, "retiring", models.Accepted)
	check(t, g, "lapsing", models.Accepted)
	now = noon
	check(t, g, "retiring", models.KeyIsRetired)
	check(t, g, "lapsing", models.AgreementEnded)
	if accepts(g, "id of retiring") || accepts(g, "id of lapsing") {
		t.Error("a key that is refused is let in")
	}
	now = noon.Add(-time.Hour) // the machine's clock is set back
	check(t, g, "retiring", models.KeyIsRetired)
}

func TestOutcomesTellWhatTheAnswerDoesNot(t *testing.T) {
	revoked, retired := grant("revoked", models.Secret, models.Production),
		grant("retired", models.Secret, models.Production)
	revoked.Revoked, retired.RetiresAt = true, noon
	ended, locked := grant("ended", models.Secret, models.Production), grant("locked", models.Secret, models.Production)
	ended.Periods, locked.Periods = []models.Period{{Until: noon}}, nil
	ended.EnvironmentID, locked.EnvironmentID = "ended id", "locked id"
	server := grant("server", models.Secret, models.Development)
	server.RefusesBrowserSecrets = true
	page := grant("page", models.Publishable, models.Development)
	page.EnvironmentID = "page id"
	page.AllowedOrigins = "https://acme.example https://www.acme.example"
	g, src := opened(t, revoked, retired, ended, locked, server, page)
	interactions := gate.RequestOf("POST", "/v1/interactions")
	from := func(origin string) gate.Request {
		r := interactions
		r.Browser, r.Origin = true, origin
		return r
	}
	for _, c := range []struct {
		key     string
		request gate.Request
		want    models.Outcome
	}{
		{"", interactions, models.NoKey},
		{"x", interactions, models.MalformedKey},
		{keyText("unknown"), interactions, models.UnknownKey},
		{keyText("revoked"), interactions, models.KeyIsRevoked},
		{keyText("retired"), interactions, models.KeyIsRetired},
		{keyText("ended"), interactions, models.AgreementEnded},
		{keyText("locked"), interactions, models.NeverUnlocked},
		{keyText("server"), interactions, models.Accepted},
		{keyText("server"), from("https://acme.example"), models.SecretFromBrowser},
		{keyText("server"), from(""), models.SecretFromBrowser},
		{keyText("page"), gate.RequestOf("GET", "/v1/products/1"), models.SecretKeyNeeded},
		{keyText("page"), interactions, models.Accepted},
		{keyText("page"), from("https://www.acme.example"), models.Accepted},
		{keyText("page"), from("https://acme.example.evil.example"), models.OriginNotAllowed},
		{keyText("page"), from("https://acme.example https://www.acme.example"), models.OriginNotAllowed},
		{keyText("page"), from("null"), models.OriginNotAllowed},
	} {
		if got := g.CheckRequest(c.key, c.request).Outcome; got != c.want {
			t.Errorf("%s %+v: %q, want %q", c.key, c.request, got, c.want)
		}
	}
	if got := g.CheckKey(keyText("revoked")).Grant.KeyID; got != "id of revoked" {
		t.Errorf("the team of a revoked key cannot be told: %q", got)
	}
	src.fail(errDown)
	g.Refresh(t.Context(), production, unknown)
	g.Refresh(t.Context(), locked.EnvironmentID, unknown)
	check(t, g, "revoked", models.KeyIsRevoked) // what is revoked needs no database to be refused
	check(t, g, "locked", models.GateUnavailable)
}
