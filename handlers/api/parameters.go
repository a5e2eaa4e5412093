package api

import (
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"dojo/gate"
	"dojo/models"
)

// refuseNearWrite refuses a write with a parameter that is nearly one of ours, or that
// would make another write of it: to go on without it could change what was only to be
// looked at. What means nothing of that is ignored, as the parameters of trackers are.
func refuseNearWrite(r *http.Request) error {
	understood, _ := url.ParseQuery(r.URL.RawQuery) // without what cannot be read
	seen := map[string]int{}
	for name, value := range parameters(r.URL.RawQuery) {
		ours := models.NearParameter(name)
		switch {
		case ours != "" && name == ours:
			seen[name]++
		case ours != "":
			return nearParameter(name, ours)
		case models.WouldChangeWrite(name):
			return unknownParameter(name)
		case models.MeansDryRun(value):
			return nearParameter(name+"="+value, models.DryRun)
		}
	}
	for name, times := range seen {
		if len(understood[name]) != times {
			return invalid("The parameter " + name + " is not encoded as it should be. Nothing was done.")
		}
	}
	return refuseNearHeader(r.Header)
}

// refuseNearHeader refuses a header that asks for a dry run.
func refuseNearHeader(header http.Header) error {
	for name, values := range header {
		if models.MeansDryRun(name) || name == "Prefer" && models.MeansDryRun(strings.Join(values, " ")) {
			return invalid(fmt.Sprintf(
				"Dojo does not read the header %q: %s is a parameter of the URL. Nothing was done.",
				models.Excerpt(name, 100), models.DryRun))
		}
	}
	return nil
}

// refuseNearRead refuses a parameter that other APIs have and that would have the
// request be about other records: to go on without it would answer with all of them, or
// delete them.
func refuseNearRead(r *http.Request) error {
	for name := range parameters(r.URL.RawQuery) {
		if models.WouldChangeRead(name) {
			return unknownParameter(name)
		}
	}
	return nil
}

func nearParameter(name, ours string) error {
	return invalid(fmt.Sprintf(
		"Dojo has no parameter %q. The one that is like it is written %s, in the URL. Nothing was done.",
		models.Excerpt(name, 100), ours))
}

func unknownParameter(name string) error {
	return invalid(fmt.Sprintf(
		"Dojo has no parameter %q here, and to go on without it could be wrong. Nothing was done.",
		models.Excerpt(name, 100)))
}

// parameters are those of a query, decoded, as the most generous program would read
// them: also those that url.ParseQuery leaves out, and those encoded twice.
func parameters(query string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for pair := range strings.FieldsFuncSeq(query, func(r rune) bool { return r == '&' || r == ';' }) {
			name, value, _ := strings.Cut(pair, "=")
			if !yield(generouslyDecoded(name), generouslyDecoded(value)) {
				return
			}
		}
	}
}

func generouslyDecoded(text string) string {
	for range 3 { // what is encoded more often is no slip
		if !strings.Contains(text, "%") {
			break
		}
		text = gate.Decode(text)
	}
	return text
}
