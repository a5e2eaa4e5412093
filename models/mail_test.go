package models_test

import (
	"testing"

	"dojo/models"
)

// TestWhyAMailFailedHoldsNoKey: servers quote what they were sent, and people read why.
func TestWhyAMailFailedHoldsNoKey(t *testing.T) {
	var mail models.Mail
	mail.Failed("550 refused: "+someKey, noon)
	if mail.LastError != "550 refused: [key]" {
		t.Errorf("it says %q", mail.LastError)
	}
}
