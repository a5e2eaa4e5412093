package api

import (
	"net/http"
	"net/url"
	"strings"

	"dojo/models"
)

// shownKey is the key that a request shows, gathered from the places where it may
// stand. Nothing in it is checked yet but its form. It allocates nothing unless
// something is percent-encoded.
type shownKey struct {
	key       string // empty: none; of the form of a key, if anything was
	ambiguous bool   // two different keys, or the query parameter twice
	inURL     bool   // it stands, or also stands, in a query
}

// add takes what stands where a key may. Beside a key, what has not the form of one
// is none: it is a token or a password for somebody else.
func (s *shownKey) add(text string) {
	switch {
	case text == "" || s.key == text:
	case s.key == "" || !models.WellFormedKey(s.key):
		if s.key == "" || models.WellFormedKey(text) {
			s.key = text
		}
	case models.WellFormedKey(text):
		s.ambiguous = true
	}
}

// inRequest looks in the request's query and its headers.
func (s *shownKey) inRequest(r *http.Request) {
	s.inQuery(r.URL.RawQuery)
	s.inHeader(r.Header)
}

// inHeader looks in the headers where a key may stand.
func (s *shownKey) inHeader(header http.Header) {
	for _, key := range header["X-Api-Key"] {
		s.add(key)
	}
	for _, value := range header["Authorization"] {
		s.add(bearer(value))
	}
}

// inQuery looks for the parameter api_key in a query as it came. As in package
// url, only "&" separates parameters: what follows a ";" is part of the value.
func (s *shownKey) inQuery(query string) {
	found := false
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, value, _ := strings.Cut(pair, "=")
		if unescape(name) != "api_key" {
			continue
		}
		if found {
			s.ambiguous = true
			return
		}
		found = true
		value = unescape(value)
		s.inURL = s.inURL || models.WellFormedKey(value)
		s.add(value)
	}
}

// unescape decodes a part of a query. What cannot be decoded stays as it is: it is
// no key either way.
func unescape(text string) string {
	if !strings.ContainsAny(text, "%+") {
		return text
	}
	if decoded, err := url.QueryUnescape(text); err == nil {
		return decoded
	}
	return text
}

// bearer returns the token of an Authorization header with the scheme Bearer
// (RFC 6750, section 2.1), or "". Schemes are compared without case (RFC 9110,
// section 11.1).
func bearer(value string) string {
	scheme, token, _ := strings.Cut(value, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.Trim(token, " ")
}
