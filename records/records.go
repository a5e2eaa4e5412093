package records

import (
	"fmt"

	"dojo/models"
)

// MaxBody is how many bytes of a request body are read at most. Whoever reads the request enforces it.
const MaxBody = 16 << 20

// refusal is the published message of a rejected upload, word for word; the two differ in the original too.
func refusal(of models.Collection) string {
	if of == models.Interactions {
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

// Parse reads the body {"data":[…]} of an upload of records of one collection within the default limits. It gives a
// batch of all of them, in order (none, if the array is empty), or the rejection of all: 413 for too many records, 422
// for everything else. The batch shares memory with the whole body: who keeps a record for long clones what it keeps.
func Parse(of models.Collection, body []byte) (models.Batch, *Rejection) {
	return Limits{}.Parse(of, body)
}

// Parse is the function [Parse] with other limits.
func (l Limits) Parse(of models.Collection, body []byte) (models.Batch, *Rejection) {
	l = l.orDefaults()
	src, spans, rejected := list(body, `{"data":[…]} with an array of records`, l.MaxRecords, "data")
	if rejected != nil {
		return models.Batch{}, rejected
	}
	batch := models.Batch{Collection: of}
	// At once for all of them: growing would copy what is parsed again and again.
	if of == models.Interactions {
		batch.Interactions = make([]models.Interaction, 0, len(spans))
	} else {
		batch.Records = make([]models.Record, 0, len(spans))
	}
	var bad lineList
	for i, at := range spans {
		row, found := l.parseRecord(of, src, at)
		if found == nil {
			found = inconsistent(batch.Types, row.record.Types)
		}
		if found != nil {
			bad.add(lines(i, found))
			continue
		}
		row.addTo(&batch, body[at.start:at.end:at.end])
	}
	if rejected := bad.rejection(refusal(of)); rejected != nil {
		return models.Batch{}, rejected
	}
	return batch, nil
}

// parseRecord reads one record. The validator needs it as maps and slices, which costs more than everything else; so a
// record that is plainly right is taken without it, and only what is not is read again.
func (l Limits) parseRecord(of models.Collection, src string, at span) (row, []*violation) {
	if l.allow(at) {
		if row, ok := fastParse(of, src, at); ok {
			return row, nil
		}
	}
	value, found := l.decode(src, at)
	if found != nil {
		return row{}, found
	}
	fields, ok := value.(object)
	if !ok {
		return row{}, []*violation{wrongType("object", value)}
	}
	schema, bad := schemaFor(of, fields)
	if bad != nil {
		return row{}, []*violation{bad}
	}
	if found := validate(schema, fields, ownAttributes(of)); found != nil {
		return row{}, found
	}
	return rowOf(of, fields), nil
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
