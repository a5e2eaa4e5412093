package samples_test

import (
	"encoding/json"
	"testing"

	"dojo/models"
	"dojo/records"
	"dojo/samples"
)

// The data set has to pass the same door as a customer's upload, each kind as one batch:
// the schemas, and one type for each custom attribute.
func TestTheUploadsAPIWouldAcceptTheDataSet(t *testing.T) {
	for kind, bodies := range map[models.Collection][]json.RawMessage{
		models.Products:     samples.Products(),
		models.EndUsers:     samples.Users(),
		models.Interactions: samples.Interactions(now),
	} {
		upload, err := json.Marshal(map[string]any{"data": bodies})
		if err != nil {
			t.Fatal(err)
		}
		accepted, rejected := records.Parse(kind, upload)
		if rejected != nil {
			t.Errorf("%ss: %+v", kind, rejected)
			continue
		}
		if accepted.Len() != len(bodies) {
			t.Errorf("%d of %d %ss accepted", accepted.Len(), len(bodies), kind)
		}
	}
}
