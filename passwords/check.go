package passwords

import (
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
)

// Length of a password that may be chosen, in characters (Unicode code points).
// The minimum is that of OWASP ASVS 4.0.3, 2.1.1. The maximum only keeps
// somebody from sending a book; no rules on kinds of characters, which NIST SP
// 800-63B advises against.
const (
	MinLength = 12
	MaxLength = 1024
)

// Refusal says why a password cannot be chosen, in words for its owner.
type Refusal string

// Error implements error with the words themselves.
func (r Refusal) Error() string { return string(r) }

// What Check answers.
const (
	TooShort Refusal = "Use at least 12 characters. A few words that do not belong together are easy to remember " +
		"and hard to guess."
	TooLong   Refusal = "Use at most 1,024 characters."
	TooCommon Refusal = "This is among the first passwords that are tried, or much like one of them. Use a few " +
		"words that do not belong together."
	TooPersonal Refusal = "This is little more than a name or an address that others know. Use a few words that do " +
		"not belong together."
	Unusable Refusal = "This contains a character that not every keyboard and browser sends in the same way, " +
		"such as a tab or a joined emoji. Leave it out."
)

// Check reports whether somebody may choose this password: nil, TooShort,
// TooLong, TooCommon, TooPersonal or Unusable. What is known of them, such as
// their name and email address, makes a password easy to guess.
func Check(password string, personal ...string) error {
	normal, err := normalise(password)
	if err != nil && password != "" {
		return err
	}
	if utf8.RuneCountInString(normal) < MinLength {
		return TooShort
	}
	return checkGuessable(normal, personal)
}

// normalise applies the OpaqueString profile of RFC 8265, section 4.2, so that
// a password typed on another system is the same one: characters are composed
// (NFC) and every kind of space becomes the plain one. Case and width stay. On
// a refusal the result is empty, which is safe to hash and nobody's password.
func normalise(password string) (string, error) {
	if utf8.RuneCountInString(password) > MaxLength {
		return "", TooLong
	}
	normal, err := precis.OpaqueString.String(password)
	if err != nil || !utf8.ValidString(password) {
		return "", Unusable
	}
	return normal, nil
}
