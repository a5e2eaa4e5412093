package api

import (
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
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
	for names, values := range parameters(r.URL.RawQuery) {
		if name := names[0]; name == models.DryRun || name == models.Async {
			seen[name]++
			continue
		}
		for _, name := range names {
			if ours := models.NearParameter(name); ours != "" {
				return nearParameter(name, ours)
			}
			if models.WouldChangeWrite(name) {
				return unknownParameter(name)
			}
		}
		if slices.ContainsFunc(values, models.MeansDryRun) {
			return nearParameter(names[0]+"="+values[0], models.DryRun)
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
	for names := range parameters(r.URL.RawQuery) {
		if slices.ContainsFunc(names, models.WouldChangeRead) {
			return unknownParameter(names[0])
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

// parameters are those of a query as the most generous programs would read them: also those
// that url.ParseQuery leaves out, and what has a ";" as one parameter and as several. Names
// and values come decoded once, and as they are when they are decoded again.
func parameters(query string) iter.Seq2[[]string, []string] {
	return func(yield func(names, values []string) bool) {
		for whole := range strings.SplitSeq(query, "&") {
			pairs := []string{whole}
			if strings.Contains(whole, ";") {
				pairs = append(pairs, strings.Split(whole, ";")...)
			}
			for _, pair := range pairs {
				name, value, _ := strings.Cut(pair, "=")
				if pair != "" && !yield(decodings(name), decodings(value)) {
					return
				}
			}
		}
	}
}

// decodings are the text decoded once, twice and three times. What is encoded more often is
// no slip.
func decodings(text string) []string {
	all := []string{gate.Decode(text)}
	for len(all) < 3 && strings.Contains(all[len(all)-1], "%") {
		all = append(all, gate.Decode(all[len(all)-1]))
	}
	return all
}
