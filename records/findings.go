package records

import (
	"bytes"
	"cmp"
	"encoding/json"
	"hash/maphash"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"dojo/models"
)

// How much of what was found is told of.
const (
	previewRows = 20
	maxFound    = 50
	firstLines  = 5
	maxPreview  = 2 << 10 // bytes of a record
)

// Findings is what reading a file to its end has found, before anything is written.
type Findings struct {
	Good     int     `json:"good"`
	Bad      int     `json:"bad"`
	Faults   []Found `json:"faults,omitempty"` // of the bad lines, the commonest first
	More     int     `json:"more,omitempty"`   // kinds of faults that are not among Faults
	Repeated []Found `json:"repeated,omitempty"`
	// Replaced counts the good lines whose id a later line has, which is the one that stays.
	Replaced int       `json:"replaced,omitempty"`
	Warnings []Found   `json:"warnings,omitempty"` // of good lines
	Preview  []Preview `json:"preview,omitempty"`
}

// Found is what several lines have in common.
type Found struct {
	Text  string `json:"text"`
	Yours string `json:"yours,omitempty"`
	Write string `json:"write,omitempty"`
	Lines int    `json:"lines"`
	First []int  `json:"first"` // numbers of the first of the lines
}

// Preview is one of the first lines as a record.
type Preview struct {
	Number int      `json:"number"`
	Record string   `json:"record,omitempty"` // its JSON, perhaps cut
	Wrong  []string `json:"wrong,omitempty"`
}

// Remarkable reports whether whoever uploads the file should know something before.
func (f *Findings) Remarkable() bool { return f.Bad > 0 || f.Replaced > 0 || len(f.Warnings) > 0 }

// Kept counts the records that exist after all good lines were written.
func (f *Findings) Kept() int { return f.Good - f.Replaced }

// Check reads the file to its end, tells what it found, and hands each line on.
func (f File) Check(each func(*Line) error) (Findings, error) {
	c := finder{faults: map[string]*Found{}, warnings: map[string]*Found{}, ids: map[uint64]int32{},
		repeated: map[string]*Found{}, seed: maphash.MakeSeed(), columns: f.textColumns()}
	for line, err := range f.Lines() {
		if err != nil {
			return c.Findings, err
		}
		c.add(&line, f.Mapping)
		if err := each(&line); err != nil {
			return c.Findings, err
		}
	}
	c.Faults, c.More = commonest(c.faults)
	c.Repeated, _ = commonest(c.repeated)
	c.Warnings, _ = commonest(c.warnings)
	return c.Findings, nil
}

// textColumns are the columns whose values another program may have cut, rounded or made up; the rest are empty.
func (f File) textColumns() []column {
	columns := make([]column, len(f.Mapping.Columns))
	for i, c := range f.Mapping.Columns {
		field, known := columnNamed(f.Mapping.Of, c.Field)
		if known && !f.Mapping.ours() && (field.text || field.texts || field.kind == attributeKind) {
			columns[i] = field
		}
	}
	return columns
}

// finder gathers findings. Of each id it keeps a hash and a line, 12 bytes and what a map takes beside.
type finder struct {
	Findings
	faults, warnings, repeated map[string]*Found
	ids                        map[uint64]int32
	seed                       maphash.Seed
	columns                    []column
}

func (c *finder) add(line *Line, m Mapping) {
	if len(c.Preview) < previewRows {
		record := cmp.Or(string(line.Tried), string(line.Raw), string(line.Text))
		c.Preview = append(c.Preview, Preview{line.Number, excerpt(record), line.Wrong()})
	}
	if len(line.Faults) > 0 {
		c.Bad++
		for _, fault := range line.Faults {
			found(c.faults, fault.What(), line.Number, fault.Yours, fault.Write)
		}
		return
	}
	c.Good++
	c.repeat(line)
	if line.ID != "" && m.only(line.Cells) {
		found(c.warnings, "holds nothing but an id, and may be a note or a sum", line.Number,
			models.Isolated(models.Excerpt(line.ID, 60)), "")
	}
	for i, cell := range line.Cells[:min(len(line.Cells), len(c.columns))] {
		column := c.columns[i]
		if cell = bare(cell); column.name == "" || column.holdsNothing(cell, m.Columns[i].Settled) {
			continue
		}
		if doubt := column.doubtful(cell); doubt != "" {
			found(c.warnings, column.name+" "+doubt, line.Number, models.Isolated(models.Excerpt(cell, 60)), "")
		}
	}
}

// doubtful says what a program may have done to a text; "": nothing that can be seen.
func (c column) doubtful(cell string) string {
	number := cell != "" && cell[0] >= '0' && cell[0] <= '9'
	switch {
	case number && (rounded.MatchString(cell) || cutOff.MatchString(cell)):
		return "looks like a number that a spreadsheet has rounded"
	case number && floated.MatchString(cell) && (strings.HasSuffix(c.name, "_id") || strings.HasSuffix(c.name, "_ids")):
		return "looks like an id that a program has made a number of"
	case isNoValue(cell):
		return "is what programs write where there is no value; here it is taken for a text"
	}
	if strings.IndexByte(cell, '&') >= 0 && entity.MatchString(cell) && !strings.Contains(cell, "://") {
		return "has characters written as in HTML, such as &amp;, and they stay so"
	}
	if n := cutAt(cell); n > 0 {
		return "has exactly " + strconv.Itoa(n) + " characters: a program may have cut it"
	}
	return ""
}

// entity is a character as HTML writes it.
var entity = regexp.MustCompile(`&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});`)

// repeat notes an id that a line before has.
func (c *finder) repeat(line *Line) {
	if line.ID == "" {
		return
	}
	hash := maphash.String(c.seed, line.ID)
	first, again := c.ids[hash]
	if !again {
		c.ids[hash] = int32(min(line.Number, 1<<31-1))
		return
	}
	c.Replaced++
	name := models.Excerpt(line.ID, 60)
	if c.repeated[name] == nil && len(c.repeated) < 10*maxFound {
		found(c.repeated, name, int(first), "", "")
	}
	if c.repeated[name] != nil {
		found(c.repeated, name, line.Number, "", "")
	}
}

// cutAt is the length of a text that is as long as a program lets texts be; 0: it is another.
func cutAt(cell string) int {
	if len(cell) < 255 {
		return 0
	}
	switch n := utf8.RuneCountInString(cell); n {
	case 255, 32_767, 65_535:
		return n
	}
	return 0
}

// found adds a line to those that have the same.
func found(all map[string]*Found, text string, line int, yours, write string) {
	f := all[text]
	if f == nil {
		if len(all) >= 20*maxFound {
			return
		}
		f = &Found{Text: text, Yours: yours, Write: write}
		all[text] = f
	}
	f.Lines++
	if len(f.First) < firstLines && (len(f.First) == 0 || f.First[len(f.First)-1] != line) {
		f.First = append(f.First, line)
	}
}

func commonest(all map[string]*Found) (list []Found, more int) {
	for _, f := range all {
		list = append(list, *f)
	}
	slices.SortFunc(list, func(a, b Found) int {
		return cmp.Or(-cmp.Compare(a.Lines, b.Lines), cmp.Compare(a.First[0], b.First[0]), cmp.Compare(a.Text, b.Text))
	})
	more = max(0, len(list)-maxFound)
	return list[:len(list)-more], more
}

func excerpt(raw string) string {
	var compact bytes.Buffer
	if json.Compact(&compact, []byte(raw)) != nil {
		return ""
	}
	if compact.Len() > maxPreview {
		return strings.ToValidUTF8(compact.String()[:maxPreview], "") + "…"
	}
	return compact.String()
}
