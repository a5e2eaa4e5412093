package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"

	"dojo/models"
)

// maxAttributes is how many types are told at once.
const maxAttributes = 10_000

// AttributeTypes returns the types that custom attributes have in a collection, the first
// of them by name: whoever goes by them learns of the others when the records are added.
func AttributeTypes(db *gorm.DB, id string, collection models.Collection) (models.AttributeTypes, error) {
	var rows []struct{ Name, Type string }
	err := db.Raw("SELECT name, type FROM attribute_types WHERE data_set_id = ? AND collection = ? "+
		"ORDER BY name LIMIT ?", id, string(collection), maxAttributes).Scan(&rows).Error
	types := make(models.AttributeTypes, len(rows))
	for _, row := range rows {
		types[row.Name] = row.Type
	}
	return types, err
}

// agree compares the types of a batch's attributes with those of the data set, which
// has them all from then on. After a TypeConflict it has what it had.
func (r *rows) agree(p *part, given models.AttributeTypes) error {
	if len(given) == 0 {
		return nil
	}
	if err := r.learn(p, given); err != nil {
		return err
	}
	if len(p.known.Conflicts(given)) > 0 {
		known := maps.Clone(p.known)
		maps.DeleteFunc(known, func(name, kind string) bool { return kind == "" || given[name] == "" })
		return &models.TypeConflict{Collection: p.collection, Known: known}
	}
	for name, kind := range given {
		if p.known[name] == "" {
			p.known[name] = kind
			p.fresh.Add(models.AttributeTypes{name: kind})
		}
	}
	return nil
}

// learn reads the types of those attributes that were not asked for before. One that
// the data set does not have is known by the empty type, so that nobody asks again.
func (r *rows) learn(p *part, given models.AttributeTypes) error {
	if p.known == nil {
		p.known = models.AttributeTypes{}
	}
	names := map[string]string{} // by what they are kept as
	for name := range given {
		if _, asked := p.known[name]; !asked {
			names[keptName(name)] = name
			p.known[name] = ""
		}
	}
	if len(names) == 0 {
		return nil
	}
	dialect := r.engine.Dialect
	found, err := r.tx.QueryContext(r.ctx,
		"SELECT name, type FROM attribute_types WHERE data_set_id = $1 AND collection = $2 AND name "+dialect.In("$3"),
		r.id, string(p.collection), dialect.Texts(slices.Sorted(maps.Keys(names))))
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		var kept, kind string
		if err := found.Scan(&kept, &kind); err != nil {
			return err
		}
		p.known[names[kept]] = kind
	}
	return found.Err()
}

func (r *rows) writeTypes(p *part) error {
	for _, name := range slices.Sorted(maps.Keys(p.fresh)) {
		if err := r.exec("INSERT INTO attribute_types (data_set_id, collection, name, type) VALUES ($1, $2, $3, $4)",
			r.id, string(p.collection), keptName(name), p.fresh[name]); err != nil {
			return err
		}
	}
	p.fresh = nil
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
