package handlers

import (
	"dojo/models"
	"dojo/words"
)

// keyName tells one of the environment's keys from the others: "Secret key", or
// "Secret key, revoked 3 Nov 2026". It is empty for a key that is not among them.
func keyName(keys []models.Key, id string) string {
	for i := range keys {
		if keys[i].ID == id {
			return nameOfKey(&keys[i])
		}
	}
	return ""
}

var keyKindNames = map[models.KeyKind]string{models.Publishable: "Publishable key", models.Secret: "Secret key"}

func nameOfKey(key *models.Key) string {
	name := keyKindNames[key.Kind]
	switch key.State {
	case models.Retiring:
		return name + ", replaced " + words.Day(*key.RevokedAt)
	case models.Revoked:
		return name + ", revoked " + words.Day(*key.RevokedAt)
	}
	return name
}
