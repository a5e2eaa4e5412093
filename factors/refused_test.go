package factors

import (
	"strings"
	"testing"

	"github.com/go-webauthn/webauthn/protocol"
)

// TestARefusalHoldsNoPartOfAKey: what a browser sent is for the log, whose mask knows whole
// keys alone.
func TestARefusalHoldsNoPartOfAKey(t *testing.T) {
	const key = "0123456789abcdef0123456789abcdef01234567"
	err := refused(&protocol.Error{Details: "another origin", DevInfo: strings.Repeat("x", 261) + key})
	if said := err.Error(); strings.Contains(said, key[:8]) || !strings.Contains(said, "xxx") {
		t.Errorf("it says %s", said)
	}
}
