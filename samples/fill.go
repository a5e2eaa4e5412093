package samples

import (
	"context"
	"encoding/json"
	"fmt"

	"dojo/records"
	"dojo/store"
)

// Fill loads the sample data into the data set that all Playgrounds share,
// unless it is there already. It is read the way an upload is read.
func Fill(ctx context.Context, s *store.Store) error {
	return s.LoadPlayground(ctx, func() (store.Records, error) {
		products, err := parse(records.Product, Products())
		if err != nil {
			return store.Records{}, err
		}
		users, err := parse(records.User, Users())
		if err != nil {
			return store.Records{}, err
		}
		interactions, err := parse(records.Interaction, Interactions(s.Now()))
		return store.Records{
			Products: records.Products(products), EndUsers: records.EndUsers(users),
			Interactions: records.Interactions(interactions, s.Now()),
			ProductTypes: records.Types(products), EndUserTypes: records.Types(users),
		}, err
	})
}

func parse(kind records.Kind, bodies []json.RawMessage) ([]records.Record, error) {
	batch, err := json.Marshal(map[string]any{"data": bodies})
	if err != nil {
		return nil, err
	}
	parsed, rejected := records.Parse(kind, batch)
	if rejected != nil {
		return nil, fmt.Errorf("sample %s: %s %v", kind, rejected.Message, rejected.Lines)
	}
	return parsed, nil
}
