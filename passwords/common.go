package passwords

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// commonest is the passwords that are chosen most, in lower case, each between
// two line feeds. Command internal/commonest makes it and says from what.
//
//go:embed commonest.txt
var commonest string

// MinWord is the length, in characters, from which a word in a password counts
// as one. A shorter rest is little more than nothing.
const MinWord = 4

// maxPadding is how many digits and signs around a word make no difference: as
// many as in " 24.12.2025". With more of them, they are the password.
const maxPadding = 11

// product is a word that everybody here thinks of.
const product = "dojo"

// checkGuessable looks for what people who guess passwords try first. A rule on
// kinds of characters is none of it.
func checkGuessable(password string, personal []string) error {
	folded := strings.ToLower(password)
	if isCommon(folded) || isRepetition([]rune(folded)) || isSequence(folded) {
		return TooCommon
	}
	rest := folded
	for _, word := range personalWords(personal) {
		rest = strings.ReplaceAll(rest, word, "")
	}
	core := strings.TrimFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) })
	switch {
	case utf8.RuneCountInString(rest)-utf8.RuneCountInString(core) > maxPadding:
		return nil
	case rest != folded && utf8.RuneCountInString(core) < MinWord:
		return TooPersonal
	case isCommon(core):
		return TooCommon
	}
	return nil
}

func isCommon(folded string) bool { return strings.Contains(commonest, "\n"+folded+"\n") }

// isRepetition reports whether the password is something too short to be one,
// said again and again; the last time it may lack a character, as in "hello
// hello".
func isRepetition(password []rune) bool {
	for length := 1; length < MinLength && length <= (len(password)+1)/2; length++ {
		if slices.Equal(password[length:], password[:len(password)-length]) {
			return true
		}
	}
	return false
}

// rows are what fingers and minds run along, over and over.
var rows = []string{"abcdefghijklmnopqrstuvwxyz", "1234567890", "qwertyuiopasdfghjklzxcvbnm",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p"}

// isSequence reports whether the password follows one row, forwards or
// backwards.
func isSequence(folded string) bool {
	backwards := []rune(folded)
	slices.Reverse(backwards)
	return slices.ContainsFunc(rows, func(row string) bool {
		endless := strings.Repeat(row, len(folded)/len(row)+2)
		return strings.Contains(endless, folded) || strings.Contains(endless, string(backwards))
	})
}

// personalWords are the words in what is known of the password's owner, and the
// product's name, the longest first, so that one does not spoil another.
func personalWords(personal []string) []string {
	words := []string{product}
	for _, text := range personal {
		words = append(words, strings.FieldsFunc(strings.ToLower(norm.NFC.String(text)), func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r)
		})...)
	}
	words = slices.DeleteFunc(words, func(word string) bool { return utf8.RuneCountInString(word) < 3 })
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}
