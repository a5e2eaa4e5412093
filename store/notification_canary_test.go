package store

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"dojo/models"
)

// canary looks like a key.
const canary = "0123456789abcdef0123456789abcdef01234567"

// TestNoNotificationHoldsAKey: whatever field somebody has typed a key into, the row has none, and
// so no mail, list or webhook that is made from it. Ids and words of Dojo's own are no such fields.
func TestNoNotificationHoldsAKey(t *testing.T) {
	own := map[string]bool{"KeyKind": true, "Reason": true, "Exposure": true, "Role": true, "EngineerID": true}
	var n models.Notification
	n.Actor.Name = canary
	detail := reflect.ValueOf(&n.Detail).Elem()
	filled := 0
	for i := range detail.NumField() {
		if field := detail.Field(i); field.Kind() == reflect.String && !own[detail.Type().Field(i).Name] {
			field.SetString("the key is " + canary + ", or " + strings.ToUpper(canary))
			filled++
		}
	}
	if filled < 7 {
		t.Fatalf("only %d fields hold text", filled)
	}
	text, err := json.Marshal(n.Redacted())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(strings.ToLower(string(text)), canary) {
		t.Errorf("a key is in %s", text)
	}
}
