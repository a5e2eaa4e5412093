package records

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

// MaxBody is how many bytes of a request body are read at most. Whoever reads the request enforces it.
const MaxBody = 16 << 20

// Kind is which of the three data sets of an environment a record belongs to.
type Kind int

// The kinds, in the order in which the API's documentation presents them.
const (
	Interaction Kind = iota
	User
	Product
)

// String gives the word for one such record.
func (k Kind) String() string {
	return [...]string{"interaction", "user", "product"}[k]
}

// refusal is the published message of a rejected upload, word for word; the two differ in the original too.
func (k Kind) refusal() string {
	if k == Interaction {
		return "None of the records were inserted because at least one of them contained schema errors. " +
			"Please see the `data` field for details."
	}
	return "None of the records are inserted, because at least one of them contain schema errors. " +
		"Please see `data` field for details."
}

// Limits bounds what one request may hold. A field that is zero has its default.
type Limits struct {
	MaxRecords int // records, or ids to delete, in a request; 10,000
	MaxDepth   int // levels of arrays and objects in a record, itself the first; 64
	// MaxValues is how many names and values a record may have, nested ones included; 20,000. It keeps a single record
	// from costing hundreds of times its size in memory while it is validated.
	MaxValues int
}

func (l Limits) orDefaults() Limits {
	for _, field := range []struct {
		limit    *int
		standard int
	}{{&l.MaxRecords, 10_000}, {&l.MaxDepth, 64}, {&l.MaxValues, 20_000}} {
		if *field.limit == 0 {
			*field.limit = field.standard
		}
	}
	return l
}

// Record is one accepted record. The strings and Raw share memory with the whole body: who keeps a record for long
// clones what it keeps.
type Record struct {
	// Raw is the record's JSON exactly as it came.
	Raw json.RawMessage

	// Of an interaction:
	Type             string
	CustomActionName string // only with the type "custom"
	AnonymousID      string
	Timestamp        time.Time // UTC; zero if the record has none
	ProductIDs       []string

	// Of an interaction ("" if it has none) or a user:
	UserID string

	// Of a user:
	Name string

	// Of a product:
	ProductID string
	Title     string

	// AttributeTypes has the types of a user's or product's custom attributes; nil if there are none.
	AttributeTypes AttributeTypes
}

// Parse reads the body {"data":[…]} of an upload of one kind of record within the default limits. It gives all of its
// records, in order (none, if the array is empty), or the rejection of the whole batch: 413 for too many records, 422
// for everything else.
func Parse(kind Kind, body []byte) ([]Record, *Rejection) {
	return Limits{}.Parse(kind, body)
}

// Parse is the function [Parse] with other limits.
func (l Limits) Parse(kind Kind, body []byte) ([]Record, *Rejection) {
	l = l.orDefaults()
	src, spans, rejected := list(body, `{"data":[…]} with an array of records`, l.MaxRecords, "data")
	if rejected != nil {
		return nil, rejected
	}
	accepted := make([]Record, 0, len(spans))
	known := AttributeTypes{}
	var bad lineList
	for i, at := range spans {
		record, found := l.parseRecord(kind, src, at)
		if found == nil {
			found = known.conflicts(record.AttributeTypes)
		}
		if found != nil {
			bad.add(lines(i, found))
			continue
		}
		maps.Copy(known, record.AttributeTypes)
		record.Raw = json.RawMessage(body[at.start:at.end:at.end])
		accepted = append(accepted, record)
	}
	if rejected := bad.rejection(kind.refusal()); rejected != nil {
		return nil, rejected
	}
	return accepted, nil
}

func (l Limits) parseRecord(kind Kind, src string, at span) (Record, []*violation) {
	if l.allow(at) {
		if record, ok := glance(kind, src, at); ok {
			return record, nil
		}
	}
	value, found := l.decode(src, at)
	if found != nil {
		return Record{}, found
	}
	fields, ok := value.(object)
	if !ok {
		return Record{}, []*violation{wrongType("object", value)}
	}
	schema, bad := schemaFor(kind, fields)
	if bad != nil {
		return Record{}, []*violation{bad}
	}
	if found := validate(schema, fields, kind.ownAttributes()); found != nil {
		return Record{}, found
	}
	return columns(kind, fields), nil
}

func (l Limits) allow(at span) bool { return at.depth <= l.MaxDepth && at.values <= l.MaxValues }

// decode reads the value at this place if it is within the limits.
func (l Limits) decode(src string, at span) (any, []*violation) {
	switch {
	case at.depth > l.MaxDepth:
		text := fmt.Sprintf("The record is nested more than %d levels deep.", l.MaxDepth)
		return nil, []*violation{{text: text}}
	case at.values > l.MaxValues:
		text := fmt.Sprintf("The record has more than %d names and values.", l.MaxValues)
		return nil, []*violation{{text: text}}
	}
	value, bad := (&cursor{src, at.start}).decode()
	if bad != nil {
		return nil, []*violation{bad}
	}
	return value, nil
}
