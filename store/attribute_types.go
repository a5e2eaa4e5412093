package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"dojo/models"
)

// TypeConflict is why an upload was refused: custom attributes of its records have
// another type in the data set. Known has, of the upload's attributes, those that
// the data set knows.
type TypeConflict struct {
	Collection models.Collection
	Known      map[string]string
}

// Error implements error.
func (e *TypeConflict) Error() string {
	return fmt.Sprintf("custom attributes of %s have other types in the data set", e.Collection)
}

// Unwrap gives the error that people may read.
func (e *TypeConflict) Unwrap() error {
	return models.Errorf(models.Invalid, "Some custom attributes have another type in the records that are there already.")
}

// attributeType is a type that the data set did not know.
type attributeType struct {
	collection models.Collection
	name, kind string
}

// agree compares the types of an upload's attributes with those of the data set,
// which knows them all from then on. After a TypeConflict it knows what it knew.
func (w *dataSetRows) agree(given map[models.Collection]map[string]string) error {
	for collection, types := range given {
		if err := w.learn(collection, types); err != nil {
			return err
		}
		for name, kind := range types {
			if before := w.types[collection][name]; before != "" && before != kind {
				return conflict(collection, w.types[collection], types)
			}
		}
	}
	for collection, types := range given {
		for name, kind := range types {
			if w.types[collection][name] == "" {
				w.types[collection][name] = kind
				w.fresh = append(w.fresh, attributeType{collection, name, kind})
			}
		}
	}
	return nil
}

func conflict(collection models.Collection, known, given map[string]string) *TypeConflict {
	e := &TypeConflict{Collection: collection, Known: map[string]string{}}
	for name := range given {
		if kind := known[name]; kind != "" {
			e.Known[name] = kind
		}
	}
	return e
}

// learn reads the types of those attributes that were not asked for before. One
// that the data set does not have is known by the empty type.
func (w *dataSetRows) learn(collection models.Collection, given map[string]string) error {
	if len(given) == 0 {
		return nil
	}
	known := w.types[collection]
	if known == nil {
		known = map[string]string{}
		w.types[collection] = known
	}
	names := map[string]string{} // by what they are kept as
	for name := range given {
		if _, asked := known[name]; !asked {
			names[keptName(name)] = name
			known[name] = ""
		}
	}
	if len(names) == 0 {
		return nil
	}
	rows, err := w.tx.QueryContext(w.ctx, w.statements.types(), w.id, string(collection),
		w.statements.list(slices.Sorted(maps.Keys(names))))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var kept, kind string
		if err := rows.Scan(&kept, &kind); err != nil {
			return err
		}
		known[names[kept]] = kind
	}
	return rows.Err()
}

func (w *dataSetRows) writeTypes() error {
	for _, t := range w.fresh {
		if err := w.exec("INSERT INTO attribute_types (data_set_id, collection, name, type) VALUES ($1, $2, $3, $4)",
			w.id, string(t.collection), keptName(t.name), t.kind); err != nil {
			return err
		}
	}
	w.fresh = nil
	return nil
}

// keptName is the attribute's name as it is kept. A very long one is cut and
// followed by its hash, since PostgreSQL takes 2,704 bytes into an index.
func keptName(name string) string {
	const longest = 512 // bytes
	if len(name) <= longest {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return fmt.Sprintf("%.64s… %s", name, hex.EncodeToString(sum[:]))
}
