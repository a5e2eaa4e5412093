package store_test

import (
	"fmt"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// BenchmarkAddUse keeps the largest batch that a flush hands over when the database
// is well: 2,000 callers of 40 keys and as many requests.
func BenchmarkAddUse(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *storetest.Database{storetest.SQLite: storetest.OpenSQLite,
		storetest.Postgres: storetest.OpenPostgres} {
		b.Run(name, func(b *testing.B) {
			w := storetest.NewFixture(b, open(b))
			key, at := w.Key(models.Playground, models.Secret), w.Store.Now()
			flood := func(round int) (use models.Use) {
				for i := range 2000 {
					owner := fmt.Sprintf("%d", i%40)
					use.Callers = append(use.Callers, models.Caller{
						KeyID: owner, EnvironmentID: owner, Address: fmt.Sprint(round, i), UserAgent: "agent",
						FirstSeenAt: at, LastSeenAt: at.Add(time.Duration(round) * time.Second), Accepted: 1,
					})
					use.Requests = append(use.Requests, models.Request{
						ID: fmt.Sprint(round, "-", i), EnvironmentID: owner, KeyID: owner,
						At: at.Add(time.Duration(round) * time.Second), Path: "/v1/products/p",
						Outcome: models.Succeeded,
					})
				}
				for hour := range 200 {
					use.Counts = append(use.Counts, models.RequestCount{
						EnvironmentID: key.EnvironmentID, KeyID: key.ID, Hour: at.Truncate(time.Hour).
								Add(time.Duration(hour) * time.Hour), Endpoint: "/verify", Outcome: models.Succeeded,
						Requests: 1,
					})
				}
				return use
			}
			for round := 0; b.Loop(); round++ {
				if err := w.Store.AddUse(ctx, flood(round)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
