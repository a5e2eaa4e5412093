package web_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/config"
	"dojo/models"
	"dojo/store/storetest"
	"dojo/web"
	"dojo/web/webtest"
)

// spellings are the ways to write a key in an address: as it is, and encoded though
// nothing needs it.
func spellings(key string) []string {
	var encoded strings.Builder
	for _, c := range []byte(key) {
		fmt.Fprintf(&encoded, "%%%02x", c)
	}
	return []string{key, strings.ToUpper(key), encoded.String()}
}

// TestKeysInOddPlaces walks through everything that the program answers, and puts a key in
// the place of each part of the path, each field, the query and the headers. It is nowhere
// afterwards: not in the log, not in the database, not in a mail, and not in an address
// that an answer leads to.
//
// It runs by itself, since the API's log is the process's own.
func TestKeysInOddPlaces(t *testing.T) {
	s := webtest.New(t, storetest.OpenSQLite(t), func(o *web.Options) { o.Config.Signup = config.SignupOpen })
	before := slog.Default()
	slog.SetDefault(s.Logger)
	defer slog.SetDefault(before)

	key := s.As(s.Ade).View(webtest.KeysPath)
	people := map[string]*webtest.Browser{"anonymous": s.Visitor(), "owner": s.As(s.Olivia), "engineer": s.As(s.Sol)}
	for i, row := range access {
		method, path, _ := strings.Cut(row.route, " ")
		if strings.HasSuffix(path, "/revoke") || path == "/logout" || strings.Contains(path, "end-others") ||
			path == "/t/:team/settings/delete" {
			continue
		}
		for sort, b := range people {
			spelt := spellings(key)
			if sort != "owner" { // who comes furthest
				spelt = spelt[i%len(spelt):][:1]
			}
			for _, spelt := range spelt {
				headers := []string{
					"User-Agent: program " + spelt, "X-Request-Id: " + spelt, "Referer: " + s.Url + "/" + spelt,
					"Accept-Language: " + spelt, "X-Forwarded-For: " + spelt,
				}
				for _, address := range withKey(s.Address(path, row.environment), path, spelt) {
					p := b.Send(method, address, filledWith(row.form, spelt), headers...)
					for name, values := range p.Header {
						if strings.Contains(strings.ToLower(fmt.Sprint(values)), key) {
							t.Errorf("%s %s by %s is answered with a key in %s", method, path, sort, name)
						}
					}
				}
			}
		}
	}
	for _, spelt := range spellings(key) {
		api := s.Visitor()
		for _, path := range []string{
			"/v1/" + spelt, "/v1/products/" + spelt + "?x=" + spelt, "/verify?api_key=" + spelt, "//" + spelt,
			"/v1/products/_status/" + spelt,
		} {
			api.Get(path, "User-Agent: "+spelt, "Origin: https://"+spelt, "X-API-KEY: "+key)
			api.Send(spelt[:3], path, "")
		}
		s.Visitor().SignIn(spelt+"@acme.example", "wrong", "User-Agent: "+spelt)
		s.Visitor().SignIn("olivia@acme.example", webtest.Password, "User-Agent: "+strings.Repeat("x", 490)+spelt)
	}
	s.As(s.Ade).Get("/t/acme/development/usage").Expect(http.StatusOK) // which has it kept what was seen of use
	for what, text := range map[string]string{"the log": s.Log.String(), "the database": s.Database.Dump()} {
		for _, spelt := range append(spellings(key), key[:30]) {
			at := strings.Index(strings.ToLower(text), strings.ToLower(spelt))
			if at >= 0 {
				t.Errorf("a key is in %s: …%s", what, text[max(0, at-400):min(len(text), at+60)])
			}
		}
	}
}

// withKey is the address with the key in its query, and in the place of each part that the
// route leaves open.
func withKey(address, route, key string) []string {
	all := []string{address + "?next=/t/" + key + "&" + key + "=" + key + "&q=" + key}
	parts := strings.Split(address, "/")
	for i, part := range strings.Split(route, "/") {
		if strings.HasPrefix(part, ":") {
			changed := append([]string{}, parts...)
			changed[i] = key
			all = append(all, strings.Join(changed, "/"))
		}
	}
	return all
}

// filledWith is the form with the key behind what was typed in each field of text, and in
// one that does not exist.
func filledWith(form, key string) string {
	fields, _ := url.ParseQuery(form)
	key, _ = url.PathUnescape(key)
	for name := range fields {
		switch name {
		case "email", "name", "team_name", "slug", "note", "use_case", "agreement", "reason", "code", "next", "origins",
			"team_slug":
			fields.Set(name, fields.Get(name)+key)
		}
	}
	fields.Set("unknown", key)
	fields.Set("next", "/t/"+key)
	return fields.Encode()
}

// TestLinesOfTheLogHoldNoKey, wherever somebody has put it.
func TestLinesOfTheLogHoldNoKey(t *testing.T) {
	const key = "039c501ac8dfcac91c6f05601cee876e1cc07e17"
	book := &webtest.LogBook{}
	logger := slog.New(web.RedactKeys(slog.NewJSONHandler(book, nil)))
	type odd struct{ Key string }
	for _, spelt := range spellings(key) {
		logger.With("from", spelt).WithGroup(spelt).
			Error("It was "+spelt, "error", errors.New(spelt), "any", odd{spelt},
				"pointer", &odd{spelt}, "bytes", []byte(spelt), "list", []string{spelt}, "map",
				map[string]any{spelt: spelt},
				slog.Group("inner", "text", spelt, spelt, 1), "url", &url.URL{Path: "/" + spelt},
				"header", http.Header{spelt: {spelt}}, "value", later{spelt})
		slog.NewLogLogger(logger.Handler(), slog.LevelWarn).Printf("http: panic serving: %v", spelt)
	}
	if logged := strings.ToLower(book.String()); models.HoldsKey(logged) || !strings.Contains(logged, "it was [key]") {
		t.Errorf("the log holds a key: %s", logged)
	}
	logger.Info("plain", "count", 7, "nothing", nil)
	if !strings.Contains(book.String(), `"count":7,"nothing":null`) {
		t.Errorf("the log changes other values: %s", book.String())
	}
}

// later is a value that says what it is when it is logged.
type later struct{ text string }

func (l later) LogValue() slog.Value { return slog.AnyValue(odder(l)) }

type odder struct{ text string }

func (o odder) Error() string { return o.text }
