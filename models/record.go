package models

import (
	"strconv"
	"time"
)

// Collection is one of the three kinds of records that a data set has. The values
// are those of the database and of the activity list; whatever else a collection is
// called, its methods say.
type Collection string

// The collections. Interactions have no tasks, and no attributes of their own.
const (
	Products     Collection = "products"
	EndUsers     Collection = "users"
	Interactions Collection = "interactions"
)

// Collections are all of them, in the order in which pages show them.
var Collections = []Collection{Products, EndUsers, Interactions}

// One is the word for one record: product, user or interaction.
func (c Collection) One() string {
	switch c {
	case Products:
		return "product"
	case EndUsers:
		return "user"
	}
	return "interaction"
}

// Many is the word for several records.
func (c Collection) Many() string { return c.One() + "s" }

// WithArticle is One behind "a" or "an".
func (c Collection) WithArticle() string {
	if c == Interactions {
		return "an interaction"
	}
	return "a " + c.One()
}

// Path is the last part of the address of the collection's list in the dashboard.
func (c Collection) Path() string {
	if c == Products {
		return "catalog"
	}
	return c.Many()
}

// Heading is what the list is called in the dashboard.
func (c Collection) Heading() string {
	switch c {
	case Products:
		return "Catalog"
	case EndUsers:
		return "Users"
	}
	return "Interactions"
}

// Record is a product of a data set's catalog, or one of the team's own end users,
// who is no User of Dojo. It is kept as it was sent.
type Record struct {
	ID        string
	Label     string // the product's title or the end user's name, cut to what is shown and searched
	Body      []byte // the record's JSON
	UpdatedAt time.Time

	// Types are those of its custom attributes. They are checked against those of the
	// data set; they are not kept with the record.
	Types AttributeTypes `gorm:"-"`
}

// Cursor is where the record stands in a list.
func (r Record) Cursor() Cursor { return Cursor{At: r.UpdatedAt, Label: r.Label, ID: r.ID} }

// Interaction is something that an end user did, kept as it was sent.
type Interaction struct {
	ID          int64  // given by the database, in the order of arrival
	Type        string // for "custom", the custom action's name follows a colon
	UserID      string
	AnonymousID string
	ProductIDs  string    // separated by a comma and a space, for showing and searching
	OccurredAt  time.Time // zero before it is kept: it does not say, and counts as of its arrival
	ReceivedAt  time.Time
	Body        []byte // the record's JSON
}

// Cursor is where the interaction stands in a list.
func (i Interaction) Cursor() Cursor { return Cursor{ID: strconv.FormatInt(i.ID, 10)} }

// Batch is records of one collection that are kept together or not at all.
type Batch struct {
	Collection   Collection
	Records      []Record       // the products or end users
	Interactions []Interaction  // in the place of Records, if that is the collection
	Types        AttributeTypes // of all records' custom attributes
	Task         Task           // kept with the records; without an id there is none
}

// Len is how many records the batch has.
func (b *Batch) Len() int { return len(b.Records) + len(b.Interactions) }

// Bytes is how long the records are together.
func (b *Batch) Bytes() (total int) {
	for i := range b.Records {
		total += len(b.Records[i].Body)
	}
	for i := range b.Interactions {
		total += len(b.Interactions[i].Body)
	}
	return total
}

// DeletedRecordKept is how long a record is kept that somebody has deleted by itself on a page, and can be brought back.
const DeletedRecordKept = time.Hour

// Deletion names records that go. It is no error when there are none.
type Deletion struct {
	Collection Collection
	IDs        []string // of the records; of interactions, those of the end users whose interactions go
	Task       Task     // kept with the deletion; without an id there is none
}

// Counts is how many records a data set has.
type Counts struct{ Products, EndUsers, Interactions int64 }

// Of is how many records of the collection there are.
func (c Counts) Of(collection Collection) int64 {
	switch collection {
	case Products:
		return c.Products
	case EndUsers:
		return c.EndUsers
	}
	return c.Interactions
}
