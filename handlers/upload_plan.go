package handlers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"dojo/models"
	"dojo/records"
)

// uploadPlan is how a chosen file is read, and what was found in it when it was read so. It is kept with the file, so
// that looking at it reads no file.
type uploadPlan struct {
	Reading  records.Reading  `json:"reading"`
	Sheets   []string         `json:"sheets,omitempty"`
	Mapping  records.Mapping  `json:"mapping"`
	Findings records.Findings `json:"findings"`
	// Problem is why no records can be made of the file with this reading and mapping.
	Problem string `json:"problem,omitempty"`
	// Partial is set while only the beginning of the file was read: Findings has its first records and counts nothing.
	Partial bool `json:"partial,omitempty"`
}

func planOf(file models.UploadFile) (plan uploadPlan, err error) {
	return plan, json.Unmarshal(file.Plan, &plan)
}

func (p *uploadPlan) bytes() []byte {
	text, _ := json.Marshal(p) // it holds nothing that cannot be encoded
	return text
}

// recognize finds out how a file is read.
func (v *EnvironmentVisit) recognize(source *records.Source, of models.Collection) (p uploadPlan, err error) {
	if p.Sheets, err = source.Sheets(); err != nil {
		return p, err
	}
	if p.Reading, err = source.Recognize(records.Near(of)); err != nil {
		return p, err
	}
	return p, v.suggest(&p, source, of)
}

// suggest maps the columns to fields: as the team did before, or by their names.
func (v *EnvironmentVisit) suggest(p *uploadPlan, source *records.Source, of models.Collection) error {
	names, err := source.Names(p.Reading)
	if err != nil {
		return err
	}
	var kept records.Mapping
	before, err := v.Team.Mapping(v.ctx(), of, columnsDigest(names))
	if err != nil {
		return err
	}
	if before != nil {
		_ = json.Unmarshal(before, &kept) // what cannot be read suggests nothing
	}
	p.Mapping = records.Suggest(of, names, kept)
	return nil
}

func columnsDigest(names []string) string {
	text, _ := json.Marshal(names) // texts are always encoded
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// look reads the beginning of a long file and the whole of a short one, and keeps in the plan what it finds.
func (v *EnvironmentVisit) look(p *uploadPlan, source *records.Source) error {
	head := source.Head(p.Reading)
	if head == nil {
		return v.find(p, source)
	}
	file, err := v.file(p, head)
	if err != nil {
		return err
	}
	file, found, err := file.Look()
	if err != nil { // what is cut off may be all that is wrong
		return v.find(p, source)
	}
	p.Findings, p.Partial = found, true
	p.settled(file)
	return nil
}

// settled takes over how a file is read, and says what is missing for records.
func (p *uploadPlan) settled(file records.File) {
	p.Reading, p.Mapping, p.Problem = file.Reading, file.Mapping, ""
	if p.Reading.Format.IsTable() {
		p.Problem = p.Mapping.Wrong()
	}
}

// find reads the file to its end, and keeps in the plan what it finds.
func (v *EnvironmentVisit) find(p *uploadPlan, source *records.Source) error {
	p.Problem, p.Findings, p.Partial = "", records.Findings{}, false
	file, err := v.file(p, source)
	if err != nil {
		return err
	}
	if file, err = file.Settle(); err != nil {
		return err
	}
	if p.settled(file); p.Problem != "" {
		return nil
	}
	p.Findings, err = file.Check(func(*records.Line) error { return v.ctx().Err() })
	return err
}

// file is the file as the plan reads it, with what is known of the data set at this moment.
func (v *EnvironmentVisit) file(p *uploadPlan, source *records.Source) (records.File, error) {
	known, err := v.Team.AttributeTypes(v.ctx(), v.Environment.Kind, p.Mapping.Of)
	return records.File{Source: source, Reading: p.Reading, Mapping: p.Mapping, Known: known}, err
}

// change takes what a form says of how the file is read, and reports whether it says anything new. Another reading has
// other columns, which are mapped anew.
func (v *EnvironmentVisit) change(p *uploadPlan, source *records.Source, form url.Values) (changed bool, err error) {
	of, before := p.Mapping.Of, p.Reading
	if encoding := form.Get("encoding"); slices.Contains(records.Encodings(), encoding) && encoding != before.Encoding {
		p.Reading, err = source.RecognizeAs(encoding, records.Near(of))
	}
	if p.Reading.Format.IsTable() && err == nil {
		err = v.changeTable(p, source, form, before)
	}
	if err != nil || p.Reading != before {
		if err == nil {
			err = v.suggest(p, source, of)
		}
		return true, err
	}
	return p.remap(form), nil
}

func (v *EnvironmentVisit) changeTable(p *uploadPlan, source *records.Source, form url.Values,
	before records.Reading) (err error) {
	table := p.Reading
	if separator := form.Get("separator"); p.Reading.Format == records.CSV && separator != before.Separator &&
		slices.Contains(records.Separators(), separator) {
		table.Separator = separator
	}
	if sheet := form.Get("sheet"); slices.Contains(p.Sheets, sheet) {
		table.Sheet = sheet
	}
	if table != p.Reading {
		p.Reading, err = source.WithHeader(table, records.Near(p.Mapping.Of))
		return err
	}
	if line, notNumber := strconv.Atoi(form.Get("header")); notNumber == nil && line >= 0 && line != before.Header &&
		p.Reading == before {
		p.Reading.Header = line
	}
	return nil
}

// remap takes the fields of the columns from the form.
func (p *uploadPlan) remap(form url.Values) (changed bool) {
	for i := range p.Mapping.Columns {
		c := &p.Mapping.Columns[i]
		at := strconv.Itoa(i)
		if !form.Has("field." + at) {
			continue
		}
		field, as := form.Get("field."+at), records.As(form.Get("as."+at))
		if field == "own" {
			field = records.OwnField(c.Name)
		}
		if field != c.Field {
			as = records.Recognized
		}
		if field != c.Field || as != c.As {
			c.Field, c.As, changed = field, as, true
		}
	}
	if typ := form.Get("type"); form.Has("type") && typ != p.Mapping.Type &&
		(typ == "" || slices.Contains(records.Types(), typ)) {
		p.Mapping.Type, changed = typ, true
	}
	return changed
}

// faultOf is what is said of a file that cannot be read; "" when that was not the file's fault.
func faultOf(err error) string {
	if fault, ok := errors.AsType[*records.FileError](err); ok {
		return fault.Error()
	}
	return ""
}
