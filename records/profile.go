package records

import (
	"cmp"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"

	"dojo/models"
)

// profile is what the cells of a column have in common, over the whole file.
type profile struct {
	column  column
	as      []As // those that are tried
	known   models.AttributeType
	filled  int
	fits    map[As]int // how many cells can be read so
	example string     // the first that cannot be read as it is written
	types   map[models.AttributeType]int
}

// samples is how many cells are shown of a column.
const samples = 3

// Settle finds out, from the whole file, how its quotation marks and each column whose reading was not chosen are to be
// read: never from the order of its rows. Attributes that the data set has keep their types.
func (f File) Settle() (File, error) {
	m := &f.Mapping
	m.Attributes = nil
	if f.Reading.Format.IsTable() {
		err := f.settleColumns()
		if errors.Is(err, errQuote) && !f.Reading.LooseQuotes {
			f.Reading.LooseQuotes = true
			err = f.settleColumns()
		}
		if err != nil {
			return f, err
		}
	}
	var err error
	if m.Of != models.Interactions && (!f.Reading.Format.IsTable() || m.Has(customAttributes) && m.Wrong() == "") {
		m.Attributes, err = f.attributes()
	}
	return f, err
}

// attributes are the types that most records have; of two that as many have it is the last by name, a text
// rather than a number.
func (f File) attributes() (models.AttributeTypes, error) {
	counts := map[string]map[models.AttributeType]int{}
	for line, err := range f.lines(&checker{f.Mapping.Of, nil, f.Mapping.ours()}) {
		if err != nil {
			return nil, err
		}
		for name, typ := range line.row.record.Types {
			if f.Known[name] != "" {
				continue
			}
			if counts[name] == nil {
				counts[name] = map[models.AttributeType]int{}
			}
			counts[name][typ]++
		}
	}
	most := models.AttributeTypes{}
	for name, types := range counts {
		for typ, n := range types {
			if before := most[name]; n > types[before] || n == types[before] && typ > before {
				most[name] = typ
			}
		}
	}
	return most, nil
}

func (f *File) settleColumns() error {
	m := &f.Mapping
	m.Columns = slices.Clone(m.Columns)
	profiles := make([]*profile, len(m.Columns))
	for i, c := range m.Columns {
		m.Columns[i] = Column{Name: c.Name, Field: c.Field, As: c.As}
		if c.Field == "" {
			continue
		}
		field, _ := columnNamed(m.Of, c.Field)
		profiles[i] = &profile{column: field, as: m.Conversions(c.Field), fits: map[As]int{},
			types: map[models.AttributeType]int{}}
		if field.kind == attributeKind {
			profiles[i].known = f.Known[strings.TrimPrefix(c.Field, attributePrefix)]
		}
	}
	for row, err := range f.Source.rows(f.Reading) {
		if err != nil {
			return err
		}
		if row.number <= f.Reading.Header || m.repeatsHeader(row.cells) {
			continue
		}
		for i, cell := range row.cells[:min(len(row.cells), len(profiles))] {
			if cell = bare(cell); cell == "" {
				continue
			}
			if c := &m.Columns[i]; len(c.Samples) < samples {
				c.Samples = append(c.Samples, models.Excerpt(strings.ToValidUTF8(cell, "�"), 60))
			}
			if profiles[i] != nil {
				profiles[i].add(cell)
			}
		}
	}
	for i, p := range profiles {
		if p != nil {
			p.settle(&m.Columns[i])
		}
	}
	return nil
}

func (p *profile) add(cell string) {
	if p.column.holdsNothing(cell, Recognized) {
		return
	}
	p.filled++
	if p.column.kind == attributeKind {
		p.types[p.attributeType(cell)]++
	}
	switch p.column.kind {
	case textsKind:
		p.addList(cell)
		return
	case pathsKind:
		p.addPaths(cell)
		return
	}
	if p.column.kind != attributeKind && p.column.fits(cell, AsWritten) {
		p.fits[AsWritten]++
		p.plain(cell)
		return
	} else if p.example == "" {
		p.example = cell
	}
	for _, as := range p.as {
		if as == AsWritten || as == AsText {
			continue
		}
		if p.column.fits(cell, as) {
			p.fits[as]++
		}
	}
}

// addList counts a cell by what separates the texts in it.
func (p *profile) addList(cell string) {
	switch {
	case strings.ContainsAny(cell, "|[{"):
		p.fits[AsWritten]++
	case strings.Contains(cell, ","):
		p.fits[CommaList]++
	case strings.Contains(cell, ";"):
		p.fits[SemicolonList]++
	}
}

// addPaths counts a cell with commas by what they most likely are.
func (p *profile) addPaths(cell string) {
	switch {
	case areCommaPaths(cell):
		p.fits[CommaPaths]++
		p.example = cmp.Or(p.example, cell)
	case strings.Contains(cell, ",") && strings.Contains(cell, ">"):
		p.fits[AsWritten]++
	}
}

// plain counts a cell that needs no conversion and also fits where the others of its column do.
func (p *profile) plain(cell string) {
	for _, as := range []As{DecimalPoint, DecimalComma, YearFirst} {
		if slices.Contains(p.as, as) && p.column.fits(cell, as) {
			p.fits[as]++
		}
	}
}

func (p *profile) attributeType(cell string) models.AttributeType {
	var value any
	if json.Unmarshal(jsonOrText(cell), &value) != nil {
		return models.StringAttribute
	}
	if _, text := value.(string); text {
		return models.StringAttribute
	}
	return attributeType(value)
}

// settle says how the column is read.
func (p *profile) settle(c *Column) {
	c.Doubt, c.Settled = "", c.As
	if c.As == Recognized || !slices.Contains(p.as, c.As) {
		c.As = Recognized
		c.Settled = p.recognize(c)
	}
	c.Example, c.Read = p.shown(c.Settled)
}

func (p *profile) recognize(c *Column) As {
	switch {
	case p.column.kind == attributeKind:
		return p.recognizeAttribute()
	case p.column.kind == textsKind:
		return p.recognizeList()
	case p.column.kind == pathsKind:
		if p.fits[AsWritten] == 0 && p.fits[CommaPaths] > 0 {
			return CommaPaths
		}
		return AsWritten
	case len(p.as) == 0, p.fits[AsWritten] == p.filled:
		return AsWritten
	}
	best, most, even := AsWritten, p.fits[AsWritten], As("")
	for _, as := range p.as[1:] {
		switch n := p.fits[as]; {
		case n > most:
			best, most, even = as, n, ""
		case n == most && n > 0 && best != AsWritten:
			even = as
		}
	}
	if even != "" {
		c.Doubt = "“" + models.Isolated(shown(p.example)) + "” can be read in two ways. Choose one: " + best.Label() +
			", or " +
			even.Label() + "."
		return AsWritten
	}
	return best
}

func (p *profile) recognizeList() As {
	switch {
	case p.fits[AsWritten] > 0 || !plainLists[p.column.name]:
		return AsWritten
	case p.fits[CommaList] > 0:
		return CommaList
	case p.fits[SemicolonList] > 0:
		return SemicolonList
	}
	return AsWritten
}

// plainLists are the fields whose texts have no commas and semicolons of their own.
var plainLists = map[string]bool{"tags": true, "product_ids": true, "product_group_ids": true, "related_ids": true}

// recognizeAttribute: what the data set has is read as that; else cells are what they look like if all of them are of
// one type, and texts if not.
func (p *profile) recognizeAttribute() As {
	switch {
	case p.known == models.StringAttribute:
		return AsText
	case p.known == models.NumberAttribute && p.types[models.NumberAttribute] < p.filled:
		if p.fits[DecimalPoint] != p.fits[DecimalComma] {
			if p.fits[DecimalPoint] > p.fits[DecimalComma] {
				return DecimalPoint
			}
			return DecimalComma
		}
		return AsWritten
	case p.known != "", len(p.types) == 1 && p.types[models.StringAttribute] == 0:
		return AsWritten
	}
	return AsText
}

// shown is an example of a cell that is read as something else than what stands there.
func (p *profile) shown(as As) (example, read string) {
	if p.example == "" || as == AsWritten || as == AsText {
		return "", ""
	}
	value, ok := p.column.convert(p.example, as)
	if !ok {
		return "", ""
	}
	text := string(value)
	_ = json.Unmarshal(value, &text)
	return models.Excerpt(p.example, 60), models.Excerpt(text, 60)
}

// Numbers that programs have made of ids: what they were cannot be known, or not for sure.
var (
	rounded = regexp.MustCompile(`^\d(?:[.,]\d+)?[eE]\+\d{2,3}$`) // written in short
	cutOff  = regexp.MustCompile(`^\d{15}0{2,}$`)                 // a spreadsheet keeps 15 digits
	floated = regexp.MustCompile(`^\d+\.0$`)                      // 42 in a column of numbers some of which are missing
)
