package words

import (
	"strings"

	"dojo/models"
)

// KeyKind is a kind of key by itself: "Secret key".
func KeyKind(kind models.KeyKind) string {
	switch kind {
	case models.Publishable:
		return "Publishable key"
	case models.Secret:
		return "Secret key"
	}
	return string(kind)
}

// KeyInSentence is a kind of key within a sentence: "secret key".
func KeyInSentence(kind models.KeyKind) string { return string(kind) + " key" }

// hidden stands for what is not shown of a key.
const hidden = "••••"

// KeyEnding is how a key is told from others by its last characters: "••••425f". It is empty
// for a key whose ending is not known.
func KeyEnding(ending string) string {
	if ending == "" {
		return ""
	}
	return hidden + ending
}

// KeyMark is what a key is told from others by: its last characters, and what the team calls it, if it
// calls it anything: "••••425f “Checkout”".
func KeyMark(ending, name string) string {
	if name != "" {
		name = " “" + models.Isolated(name) + "”"
	}
	return strings.TrimSpace(KeyEnding(ending) + name)
}

// NamedKey names a key within a sentence: "secret key ••••425f “Checkout”".
func NamedKey(kind models.KeyKind, ending, name string) string {
	return strings.TrimSpace(KeyInSentence(kind) + " " + KeyMark(ending, name))
}

// KeyTitle names a key by itself: "Secret key ••••425f “Checkout”".
func KeyTitle(kind models.KeyKind, ending, name string) string {
	return strings.TrimSpace(KeyKind(kind) + " " + KeyMark(ending, name))
}

// Key tells one of an environment's keys from the others: "Secret key ••••425f", or "Secret
// key ••••425f, revoked 3 Nov 2026".
func Key(key *models.Key) string {
	name := KeyTitle(key.Kind, key.Ending, key.Name)
	switch key.State {
	case models.Retiring:
		return name + ", replaced " + Day(*key.RevokedAt)
	case models.Revoked:
		return name + ", revoked " + Day(*key.RevokedAt)
	}
	return name
}

// Revocation says who revoked a key, when and why; it is empty for a key that was
// not revoked.
func Revocation(key *models.Key) string {
	if key.RevokedAt == nil {
		return ""
	}
	text := By(key.RevokedBy) + " revoked it on " + Moment(*key.RevokedAt) + " (" + Reason(key.Reason) + ")"
	if key.RetiresAt != nil {
		text += "; it worked until " + Moment(*key.RetiresAt)
	}
	if key.Note != "" {
		return text + ": " + models.Isolated(key.Note)
	}
	return text + "."
}

// Reason is why a key was revoked, within a sentence.
func Reason(reason models.RevokeReason) string {
	switch reason {
	case models.Compromised:
		return "compromised"
	case models.Rotation:
		return "rotation"
	case models.Other:
		return "other reason"
	}
	return string(reason)
}

// ReasonName is why a key was revoked, by itself.
func ReasonName(reason models.RevokeReason) string {
	switch reason {
	case models.Compromised:
		return "Compromised"
	case models.Rotation:
		return "Rotation"
	case models.Other:
		return "Other"
	}
	return string(reason)
}
