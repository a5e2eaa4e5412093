package api

import (
	"fmt"
	"net/http"
	"strings"

	"dojo/gate"
	"dojo/models"
)

// settlePath returns the request's path, encoded, and sees to it that it is the one
// that is handed on: net/http keeps a path as it came only where the usual encoding
// would be another, and forgets an encoded slash where a byte beside it is not
// encoded as it should be.
func settlePath(r *http.Request) string {
	if r.URL.RawPath != "" {
		r.URL.RawPath = encodeRest(r.URL.RawPath)
	}
	return r.URL.EscapedPath()
}

// encodeRest encodes the bytes that no path may have, and leaves the others.
func encodeRest(path string) string {
	const odd = "\"<>\\^`{|} #?"
	if !strings.ContainsFunc(path, func(r rune) bool { return r > '~' || strings.ContainsRune(odd, r) }) {
		return path
	}
	var encoded strings.Builder
	for _, c := range []byte(path) {
		if c > '~' || strings.IndexByte(odd, c) >= 0 {
			fmt.Fprintf(&encoded, "%%%02X", c)
		} else {
			encoded.WriteByte(c)
		}
	}
	return encoded.String()
}

// Takes reports whether the API answers the path, encoded: one of its own, or one
// that somebody could take for such a path. What is no path of the API's is refused
// there as JSON, and not with a page.
func Takes(path string) bool {
	return path == "/verify" || strings.HasPrefix(path, "/v1/") || taken(path) != ""
}

// AnswerElsewhere answers a request for one of the API's paths at an address where
// the API is not served: in JSON, as everything that a program asks for.
func (a *API) AnswerElsewhere(w http.ResponseWriter) {
	elsewhere := newAnswer(http.StatusNotFound, "elsewhere",
		fmt.Sprintf("The API is not served at this address but at %s.", a.options.URL))
	putHeaders(w.Header(), newRequestID())
	w.Header()["Content-Type"] = jsonType
	w.WriteHeader(elsewhere.status)
	_, _ = w.Write(elsewhere.body) // whoever has gone away needs no answer
}

// taken returns "v1" or "verify" when somebody could take the path for one of that.
func taken(path string) string {
	for range 3 { // what is encoded more often is no slip
		if name := generously(path); name != "" {
			return name
		}
		path = gate.Decode(path)
	}
	return ""
}

// generously reads a path as the most generous program would.
func generously(path string) string {
	var kept []string
	for segment := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '/' || r == '\\' }) {
		segment, _, _ = strings.Cut(segment, ";")
		trimmed := strings.TrimFunc(segment, func(r rune) bool { return r <= ' ' || r == '.' })
		switch {
		case trimmed != "":
			kept = append(kept, trimmed)
		case strings.HasPrefix(strings.TrimSpace(segment), "..") && len(kept) > 0:
			kept = kept[:len(kept)-1]
		}
	}
	switch {
	case len(kept) > 0 && strings.EqualFold(kept[0], "v1"):
		return "v1"
	case len(kept) == 1 && strings.EqualFold(kept[0], "verify"):
		return "verify"
	}
	return ""
}

// notCanonical is the answer to a request that could be read in two ways.
func notCanonical(fault gate.Fault) answer {
	refusal, _ := models.RefusalOf(models.NotCanonical)
	message := fmt.Sprintf("%s: %s.", strings.TrimSuffix(refusal.Message(""), "."), fault)
	return newAnswer(refusal.Status, refusal.Code, message)
}
