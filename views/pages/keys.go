package pages

import (
	"time"

	"dojo/models"
)

// Keys is /t/{team}/{environment}/keys of an environment that is unlocked or has been. While it is locked again the
// secret stays hidden, no new keys are issued, and those that there are can be revoked.
//
// Without JavaScript its forms are: View, POST …/keys/{id}/view (the same page
// with SecretText set, no-store); Hide, GET …/keys; Revoke, GET
// …/keys?revoke={publishable|secret|id of a retiring key} (the same page with
// Revoke set); Get a new key, POST …/keys with kind (publishable|secret) and key_name.
// Copy posts to …/keys/{id}/copy with Accept: application/json and expects
// {"key":"…"}; on 403 with {"code":"proof_required"} it posts there again as a form, whose
// answer then is a Proof. A guest sees the publishable key only.
type Keys struct {
	Base
	// Agreement is the one at whose end the environment is locked; nil when nothing ends.
	Agreement *Agreement
	// Publishable and Secret are the active keys; nil where there is none.
	Publishable *KeyFacts
	Secret      *KeyFacts
	// PublishableText is the publishable key.
	PublishableText string
	// SecretText is the secret key, only in the answer to View.
	SecretText string
	// CopyNext is set when the person has just proved who they are to copy the secret key.
	CopyNext bool
	// CanManage lets the person view and copy the secret, revoke and get new keys.
	CanManage bool
	// SecretWithheld keeps the secret from a person who may do the rest.
	SecretWithheld bool
	// Managers names those who can, for someone who cannot.
	Managers []string
	// Retiring are old keys that still work, the first to end first.
	Retiring []RetiringKey
	// Revoked are keys that work no more, newest first.
	Revoked []RevokedKey
	// Revoke is the open dialog; nil when it is closed.
	Revoke *RevokeForm
	// Naming is the form for a key's name that was rejected; nil when none was.
	Naming *NameForm
	// Refusing is how far the revocation has come that was just carried out; nil when it was
	// done at once.
	Refusing *ReceiptState
	// APIURL is the base of the API without a trailing slash.
	APIURL string
	// PublishableUse and SecretUse say how the active keys are used; nil for a guest.
	PublishableUse *KeyUse
	SecretUse      *KeyUse
	// Exposures show that a key is where it should not be, the worst first.
	Exposures []Exposure
	// Accepted are the programs that may send the secret key in URLs.
	Accepted []AcceptedProgram
}

// RetiringKey is an old key that works until a moment.
type RetiringKey struct {
	ID   string
	Kind models.KeyKind
	// Ending is the key's last four characters; empty where they are not known.
	Ending string
	// Name is what the team calls it; may be empty.
	Name      string
	CreatedAt time.Time
	// Until is when it stops working.
	Until time.Time
	// RevokedBy is who revoked it and RevokedAt when.
	RevokedBy string
	RevokedAt time.Time
	// Reason is "Compromised", "Rotation" or "Other"; Note may be empty.
	Reason string
	Note   string
	// Use says who still uses it; nil for a guest.
	Use *KeyUse
}

// RevokedKey is a key that works no more.
type RevokedKey struct {
	ID   string
	Kind models.KeyKind
	// Ending is the key's last four characters; empty where they are not known.
	Ending string
	// Name is what the team calls it; may be empty.
	Name      string
	CreatedAt time.Time
	// RevokedAt is when it was revoked, by whom and why.
	RevokedAt time.Time
	// StoppedAt is when it stopped working; zero when that was at once.
	StoppedAt time.Time
	RevokedBy string
	// Engineer is set when a solutions engineer revoked it.
	Engineer bool
	Reason   string
	Note     string
	// Receipt is the address of its receipt; empty when it has none.
	Receipt string
	// Refusing is set while some process may still let it in.
	Refusing bool
	// Use says who goes on trying it; nil for a guest.
	Use *KeyUse
}

// Stopped is when it stopped working.
func (k RevokedKey) Stopped() time.Time {
	if k.StoppedAt.IsZero() {
		return k.RevokedAt
	}
	return k.StoppedAt
}

// RevokeForm is the revoke dialog: POST …/keys/{id}/revoke with when
// (now|grace), grace (1h|24h|168h), reason (compromised|rotation|other), note,
// and, in Production, confirm. For the reason compromised, when_compromised and
// grace_compromised go before when and grace where they are sent. The values are those
// typed or the defaults.
type RevokeForm struct {
	KeyID string
	Kind  models.KeyKind
	// Ending is the key's last four characters; empty where they are not known.
	Ending string
	// Name is what the team calls it; may be empty.
	Name string
	// Retiring is set for an old key of a replacement: it is revoked now,
	// without a new key, and the form sends when=now.
	Retiring bool
	// Locked is set while the environment is: the key is revoked now, without a new key.
	Locked bool
	// Use says what stops working with the key; may be nil.
	Use   *KeyUse
	When  string
	Grace string
	// CompromisedWhen and CompromisedGrace are chosen for a key that was compromised; empty: now.
	CompromisedWhen  string
	CompromisedGrace string
	Reason           string
	Note             string
	Confirm          string
	// NewName is what the new key is to be called; the old one's name unless something else was typed.
	NewName string
	// Errors of a rejected form; an empty string where the field is fine.
	WhenError    string
	GraceError   string
	ReasonError  string
	NoteError    string
	NewNameError string
	ConfirmError string
}

// NameForm is a name for a key as it was typed, and what is wrong with it: to rename the key KeyID, POST
// …/keys/{id}/rename, or for the new key of a kind, POST …/keys; both with key_name.
type NameForm struct {
	KeyID string
	Kind  models.KeyKind
	Name  string
	Error string
}
