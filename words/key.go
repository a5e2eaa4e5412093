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

// NamedKey names a key within a sentence: "secret key ••••425f".
func NamedKey(kind models.KeyKind, ending string) string {
	return strings.TrimSpace(KeyInSentence(kind) + " " + KeyEnding(ending))
}

// KeyTitle names a key by itself: "Secret key ••••425f".
func KeyTitle(kind models.KeyKind, ending string) string {
	return strings.TrimSpace(KeyKind(kind) + " " + KeyEnding(ending))
}

// Key tells one of an environment's keys from the others: "Secret key ••••425f", or "Secret
// key ••••425f, revoked 3 Nov 2026".
func Key(key *models.Key) string {
	name := KeyTitle(key.Kind, key.Ending)
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
