package records

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// As is how the cells of a column are read.
type As string

// The ways in which cells are read. Recognized is what the whole column says, and becomes one of the others.
const (
	Recognized       As = ""
	AsWritten        As = "written"
	AsText           As = "text"
	DecimalPoint     As = "decimal-point"
	DecimalComma     As = "decimal-comma"
	YearFirst        As = "year-first"
	DayFirst         As = "day-first"
	MonthFirst       As = "month-first"
	MonthNamed       As = "month-named"
	UnixSeconds      As = "unix-seconds"
	UnixMilliseconds As = "unix-milliseconds"
	UnixMicroseconds As = "unix-microseconds"
	DayNumbers       As = "day-numbers"
	CommaList        As = "comma-list"
)

// Label says what is read, by an example.
func (a As) Label() string {
	return map[As]string{
		AsWritten: "as written", AsText: "text", DecimalPoint: "numbers such as 1,234.50",
		DecimalComma: "numbers such as 1.234,50",
		YearFirst:    "2000-07-30 18:45:03, in UTC", DayFirst: "day first: 30.07.2000 18:45",
		MonthFirst: "month first: 07/30/2000", MonthNamed: "months by name: 30 Jul 2000",
		UnixSeconds: "Unix seconds", UnixMilliseconds: "Unix milliseconds", UnixMicroseconds: "Unix microseconds",
		DayNumbers: "day numbers of a spreadsheet",
		CommaList:  "lists such as a, b",
	}[a]
}

var conversions = map[cellKind][]As{
	numberKind: {AsWritten, DecimalPoint, DecimalComma},
	timeKind: {AsWritten, YearFirst, UnixSeconds, UnixMilliseconds, UnixMicroseconds, DayFirst, MonthFirst, MonthNamed,
		DayNumbers},
	textsKind:     {AsWritten, CommaList},
	attributeKind: {AsText, AsWritten, DecimalPoint, DecimalComma},
}

// Conversions are the ways in which the cells of a field may be read; none where there is no choice.
func (m Mapping) Conversions(field string) []As {
	c, _ := columnNamed(m.Of, field)
	return conversions[c.kind]
}

// holdsNothing reports whether a cell says that there is no value. A text may be such a word.
func (c column) holdsNothing(cell string, as As) bool {
	return isNoValue(cell) && c.kind != textKind && c.kind != jsonKind && as != AsText
}

// fits reports whether convert is ok, and writes nothing.
func (c column) fits(cell string, as As) bool {
	switch {
	case c.kind == numberKind, c.kind == attributeKind && (as == DecimalPoint || as == DecimalComma):
		_, ok := readNumber(cell, as)
		return ok
	case c.kind == timeKind:
		_, ok := readTime(cell, as)
		return ok
	}
	_, ok := c.convert(cell, as)
	return ok
}

// convert writes a cell that is not empty as JSON. It is not ok if the cell is not of the column's kind; the JSON is
// then the text, so that checking says what is expected.
func (c column) convert(cell string, as As) (value []byte, ok bool) {
	if c.kind == textKind {
		return quote(original(cell)), true
	}
	cell = strings.TrimSpace(cell)
	switch c.kind {
	case numberKind:
		if number, ok := readNumber(cell, as); ok {
			return []byte(number), true
		}
		return c.value(cell), cell == "null"
	case timeKind:
		if moment, ok := readTime(cell, as); ok {
			return quote(moment), true
		}
		return quote(original(cell)), false
	case booleanKind:
		return readBoolean(cell)
	case choiceKind:
		return c.choice(cell)
	case pathsKind:
		return readPaths(cell), true
	case attributeKind:
		return readAttribute(cell, as)
	case textsKind:
		if as == CommaList {
			return quoteList(strings.Split(original(cell), ",")), true
		}
		if list, ok := literalList(cell); ok {
			return quoteList(list), true
		}
		if !json.Valid([]byte(cell)) && bracketed.MatchString(cell) {
			return quote(cell), false // a list in a way that nobody knows
		}
	}
	return c.value(cell), true
}

func readBoolean(cell string) ([]byte, bool) {
	switch strings.ToLower(cell) {
	case "true", "yes", "y", "1", "on", "t", "ja", "wahr", "oui", "vrai":
		return []byte("true"), true
	case "false", "no", "n", "0", "off", "f", "nein", "falsch", "non", "faux":
		return []byte("false"), true
	}
	return jsonOrText(cell), cell == "null"
}

// choice takes "in stock" for IN_STOCK.
func (c column) choice(cell string) ([]byte, bool) {
	name := strings.ToUpper(strings.NewReplacer(" ", "_", "-", "_").Replace(original(cell)))
	for _, choice := range c.choices {
		if nearly(choice) == nearly(name) {
			return quote(choice), true
		}
	}
	return quote(original(cell)), false
}

// readPaths takes "Pantry > Miso | Gifts" for two paths.
func readPaths(cell string) []byte {
	if cell[0] == '[' || cell == "null" {
		return jsonOrText(cell)
	}
	var paths [][]byte
	for path := range strings.SplitSeq(original(cell), "|") {
		paths = append(paths, quoteList(strings.Split(path, ">")))
	}
	return slices.Concat([]byte("["), bytes.Join(paths, []byte(",")), []byte("]"))
}

// bracketed is what a list with quotation marks looks like, however they are meant.
var bracketed = regexp.MustCompile(`(?s)^[\[{].*['"].*[\]}]$`)

// literalList reads a list as Python and PostgreSQL write it, ['a', 'b'] and {a,"b c"}.
func literalList(cell string) (list []string, ok bool) {
	inner, python := strings.CutPrefix(cell, "['")
	if inner, ok = strings.CutSuffix(inner, "']"); python && ok {
		return strings.Split(strings.NewReplacer(`", "`, "', '", `", '`, "', '", `', "`, "', '").Replace(inner), "', '"), true
	}
	if inner, ok = strings.CutPrefix(cell, "{"); !ok || !strings.HasSuffix(inner, "}") || json.Valid([]byte(cell)) {
		return nil, false
	}
	list, err := csv.NewReader(strings.NewReader(strings.TrimSuffix(inner, "}"))).Read()
	return list, err == nil
}

func quoteList(texts []string) []byte {
	var list [][]byte
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			list = append(list, quote(text))
		}
	}
	return slices.Concat([]byte("["), bytes.Join(list, []byte(",")), []byte("]"))
}

func readAttribute(cell string, as As) ([]byte, bool) {
	switch as {
	case DecimalPoint, DecimalComma:
		if number, ok := readNumber(cell, as); ok {
			return []byte(number), true
		}
		return quote(original(cell)), false
	case AsText:
		if text := ""; cell[0] == '"' && json.Unmarshal([]byte(cell), &text) == nil {
			return []byte(cell), true // a text in quotation marks, so that it is not taken for a number
		}
		return quote(original(cell)), true
	}
	return jsonOrText(cell), true
}
