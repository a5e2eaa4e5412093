package samples

import (
	"context"
	"encoding/json"
	"fmt"

	"dojo/models"
	"dojo/records"
	"dojo/store"
)

// Fill loads the sample data into the data set that all Playgrounds share,
// unless it is there already. It is read the way an upload is read.
func Fill(ctx context.Context, s *store.Store) error {
	return s.LoadPlayground(ctx, func() (batches []models.Batch, err error) {
		bodies := map[models.Collection][]json.RawMessage{
			models.Products: Products(), models.EndUsers: Users(), models.Interactions: Interactions(s.Now()),
		}
		for _, of := range models.Collections {
			upload, err := json.Marshal(map[string]any{"data": bodies[of]})
			if err != nil {
				return nil, err
			}
			batch, rejected := records.Parse(of, upload)
			if rejected != nil {
				return nil, fmt.Errorf("sample %s: %s %v", of.Many(), rejected.Message, rejected.Lines)
			}
			batches = append(batches, batch)
		}
		return batches, nil
	})
}
