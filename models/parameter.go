package models

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The parameters of the API that change what a write does.
const (
	DryRun = "dry_run" // check, and change nothing
	Async  = "async"   // the task tells of a conflict, and not the answer
)

// NearParameter returns the parameter of a write that a name was probably meant for,
// however it is spelled, or "". DryRun and Async themselves are near too.
func NearParameter(name string) string {
	text := squeeze(name)
	switch {
	case strings.Contains(text, "dryrun"), strings.Contains(text, "rundry"), text == "dry", edits(text, "dryrun") <= 2:
		return DryRun
	case strings.Contains(text, "async"), edits(text, "async") <= 1:
		return Async
	}
	return ""
}

// MeansDryRun reports whether a value, such as that of "mode", asks for a dry run.
func MeansDryRun(value string) bool { return strings.Contains(squeeze(value), "dryrun") }

// WouldChangeWrite reports whether a name is that of a parameter that other APIs have,
// and that would make a write another one.
func WouldChangeWrite(name string) bool { return isAmong(writeParameters, name) }

// WouldChangeRead reports whether a name is that of a parameter that other APIs have,
// and that would have a list, or a deletion, be of other records.
func WouldChangeRead(name string) bool { return isAmong(readParameters, name) }

// Parameters of other APIs, squeezed and without a plural's "s". docs/api.md names the
// kinds of them.
var (
	writeParameters = setOf(`validate validateonly validationonly checkonly simulate simulation noop nowrite readonly
		whatif preview test testmode testing sandbox livemode environment env
		upsert merge patch partial replace overwrite insertonly updateonly createonly
		ifexist ifnotexist onconflict skipexisting skiperror ignoreerror continueonerror stoponerror`)
	readParameters = setOf(`type filter where query q search match prefix contains
		limit max maxresult offset skip page pagesize pagetoken perpage size count top first last cursor after before
		since until from to start end startdate enddate updatedsince updatedafter modifiedsince createdsince createdafter
		sort sortby order orderby direction fields field select include exclude expand
		id productid userid anonymousid productgroupid category brand status deleted includedeleted version format`)
)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
		set[strings.TrimSuffix(word, "s")] = true
	}
	return set
}

// isAmong compares the name, and what of it stands before "[", "." or ":", as in
// filter[type].
func isAmong(set map[string]bool, name string) bool {
	head := name
	if i := strings.IndexAny(name, "[.:("); i > 0 {
		head = name[:i]
	}
	for _, text := range [...]string{squeeze(name), squeeze(head)} {
		if set[text] || set[strings.TrimSuffix(text, "s")] {
			return true
		}
	}
	return false
}

// squeeze is a name without what people spell it differently in: case, and whatever
// stands between the letters and digits.
func squeeze(name string) string {
	for i := range len(name) {
		if name[i] >= 0x80 {
			name = norm.NFKC.String(name)
			break
		}
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// edits is how many letters are to be added, left out, changed or swapped to make one
// word of the other (the optimal string alignment distance). Of a word that is much
// longer or shorter it says more than 2.
func edits(word, other string) int {
	a, b := []rune(word), []rune(other)
	if len(a) < 4 || len(a) > len(b)+2 {
		return len(b)
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			changed := 1
			if a[i-1] == b[j-1] {
				changed = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+changed)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
