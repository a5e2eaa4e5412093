// Package samples makes the Playground's data set: a small Japanese pantry shop,
// its shoppers and six weeks of what they did there. Shop, makers and people are
// invented; the addresses use the reserved domain example.
//
// The same call gives the same bytes, so that a test, a screenshot and a person's
// bug report speak of the same shop.
package samples

import (
	"encoding/json"
	"math/rand/v2"
	"time"
)

// Sizes of the data set, and the time that the interactions span before now.
const (
	ProductCount     = 150
	UserCount        = 80
	InteractionCount = 3000
	Span             = 6 * 7 * 24 * time.Hour
)

// Products gives the shop's catalog as JSON product records, in the order of its shelves.
// Prices are whole yen.
func Products() []json.RawMessage { return encode(catalog()) }

// Users gives the shoppers as JSON user records, in the order of their ids.
func Users() []json.RawMessage { return encode(shoppers()) }

// Interactions gives what the shoppers did in the Span before now as JSON interaction
// records, oldest first. Every product and user that they name is among Products and Users,
// and no timestamp is after now. The same now gives the same records.
func Interactions(now time.Time) []json.RawMessage { return encode(activity(now)) }

// source gives the random numbers of one part of the data set. Each part has a stream of
// its own, so that a change to the catalog leaves the people as they were.
func source(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(1871, stream)) }

const (
	catalogStream uint64 = iota
	peopleStream
	activityStream
)

func encode[T any](records []T) []json.RawMessage {
	out := make([]json.RawMessage, len(records))
	for i, record := range records {
		body, err := json.Marshal(record)
		if err != nil {
			panic("samples: " + err.Error()) // the records are plain data; only a bug gets here
		}
		out[i] = body
	}
	return out
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// chance is true in p of 1 cases.
func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }
