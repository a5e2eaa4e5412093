package models

import (
	"slices"
	"time"
)

// PageSize is how many rows a part of a list has, unless more or fewer are asked for.
const PageSize = 50

// Cursor is where a list is read from, and in which direction: the keys of a row
// that the list goes by (keyset pagination), so that what comes or goes meanwhile
// moves nothing. Of the keys those count by which the list is sorted. The zero
// Cursor is the list's beginning.
type Cursor struct {
	At    time.Time
	Label string // a title or name
	ID    string // decides between rows that are alike; a number's digits where ids are numbers
	Back  bool   // read towards the list's beginning: the nearest rows before the cursor
}

// IsZero reports whether the cursor is the list's beginning.
func (c Cursor) IsZero() bool { return c.ID == "" }

// Backwards is the cursor that reads the other way from the same row.
func (c Cursor) Backwards() Cursor {
	c.Back = !c.Back
	return c
}

// List is a part of a list, in the list's order whichever way it was read.
type List[T any] struct {
	Rows []T
	More bool   // there is more in the direction of reading
	Next Cursor // goes on in that direction, if there is more

	// Looked is set when a search gave up before the end of the list: it had looked at
	// this many rows, the last of them at Next.
	Looked int
}

// Placed is a row that says where it stands in its list.
type Placed interface{ Cursor() Cursor }

// Cut makes a list of rows that come in the order of reading, from the cursor on: one
// more than the limit if there are more.
func Cut[T Placed](rows []T, limit int, from Cursor) List[T] {
	list := List[T]{Rows: rows}
	if list.More = len(rows) > limit; list.More {
		list.Rows = rows[:limit]
	}
	return Finish(list, from)
}

// Finish takes a list whose rows come in the order of reading, from the cursor on. It
// says where reading goes on, and brings the rows into the list's order.
func Finish[T Placed](list List[T], from Cursor) List[T] {
	switch {
	case !list.More:
		list.Next = Cursor{}
	case list.Looked > 0: // from where the search gave up
		list.Next.Back = from.Back
	case len(list.Rows) == 0:
		list.Next = from // what was found was deleted before it was read: look again
	default:
		list.Next = list.Rows[len(list.Rows)-1].Cursor()
		list.Next.Back = from.Back
	}
	if from.Back {
		slices.Reverse(list.Rows)
	}
	return list
}

// Sorting is what a list of products or end users goes by.
type Sorting string

// The sortings. Each goes on by id where rows are alike.
const (
	LastUpdated  Sorting = ""       // the latest update first
	FirstUpdated Sorting = "oldest" // the oldest update first
	ByID         Sorting = "id"     // A to Z
	ByLabel      Sorting = "title"  // by title or name, A to Z
)

// RecordsQuery narrows a list of products or end users, and says which part of it
// to read.
type RecordsQuery struct {
	Search  string // the beginning of the id, or part of the title or name; the case of letters does not count
	Sorting Sorting
	Cursor  Cursor
	Limit   int  // how many at most; 0: PageSize
	Bodies  bool // with the records' JSON, which can be long: then what comes holds some 4 MiB, or one record
}

// InteractionsQuery narrows the list of interactions, which goes by arrival, and
// says which part of it to read.
type InteractionsQuery struct {
	Type    string    // all of one type; empty: any
	User    string    // of the user with this id or anonymous id; empty: of any
	Product string    // with this product's id; empty: with any or none
	From    time.Time // that arrived then or later; zero: any
	Until   time.Time // that arrived before; zero: any
	Oldest  bool      // the oldest first; otherwise the newest
	Cursor  Cursor
	Limit   int  // how many at most; 0: PageSize
	Bodies  bool // with the JSON, which can be long: then what comes holds some 4 MiB, or one interaction
}
