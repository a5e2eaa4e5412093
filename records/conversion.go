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
	SemicolonList    As = "semicolon-list"
	CommaPaths       As = "comma-paths"
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
		CommaList:  "lists such as a, b", SemicolonList: "lists such as a; b",
		CommaPaths: "paths such as A > B, A > C",
	}[a]
}

var conversions = map[cellKind][]As{
	numberKind: {AsWritten, DecimalPoint, DecimalComma},
	timeKind: {AsWritten, YearFirst, UnixSeconds, UnixMilliseconds, UnixMicroseconds, DayFirst, MonthFirst, MonthNamed,
		DayNumbers},
	textsKind:     {AsWritten, CommaList, SemicolonList},
	pathsKind:     {AsWritten, CommaPaths},
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
		return readPaths(cell, as), true
	case attributeKind:
		return readAttribute(cell, as)
	case textsKind:
		switch as {
		case CommaList:
			return quoteList(strings.Split(original(cell), ",")), true
		case SemicolonList:
			return quoteList(strings.Split(original(cell), ";")), true
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
func readPaths(cell string, as As) []byte {
	if cell[0] == '[' || cell == "null" {
		return jsonOrText(cell)
	}
	list := strings.Split(original(cell), "|")
	if as == CommaPaths {
		list = splitCommas(original(cell))
	}
	var paths [][]byte
	for _, path := range list {
		paths = append(paths, quoteList(strings.Split(path, ">")))
	}
	return slices.Concat([]byte("["), bytes.Join(paths, []byte(",")), []byte("]"))
}

// splitCommas splits a text at its commas, but for those that have a backslash before them, as WooCommerce writes the
// commas within names.
func splitCommas(text string) []string {
	list := strings.Split(strings.ReplaceAll(text, `\,`, "\x00"), ",")
	for i := range list {
		list[i] = strings.ReplaceAll(list[i], "\x00", ",")
	}
	return list
}

// areCommaPaths reports whether the commas of a cell most likely stand between paths: those within names are marked, or
// what is between them is a path or where another one begins. In "Food, Beverages > Food" they do not.
func areCommaPaths(cell string) bool {
	paths := splitCommas(cell)
	switch {
	case strings.ContainsAny(cell, "|["):
		return false
	case strings.Contains(cell, `\,`):
		return true
	case len(paths) == 1:
		return false
	}
	roots := map[string]bool{}
	for _, path := range paths {
		if root, _, deep := strings.Cut(path, ">"); deep {
			roots[strings.TrimSpace(root)] = true
		}
	}
	return !slices.ContainsFunc(paths, func(path string) bool {
		return !strings.Contains(path, ">") && !roots[strings.TrimSpace(path)]
	})
}

// bracketed is what a list with quotation marks looks like, however they are meant.
var bracketed = regexp.MustCompile(`(?s)^[\[{].*['"].*[\]}]$`)

// literal is a list of texts as Python writes it, betweenLiterals what stands between them, and numbers a list of ids.
var (
	literal         = regexp.MustCompile(`(?s)^(?:\[\s*'(.*)'\s*\]|\{\s*'(.*)'\s*\}|\(\s*'(.*)'\s*,?\s*\))$`)
	betweenLiterals = regexp.MustCompile(`['"]\s*,\s*['"]`)
	numbers         = regexp.MustCompile(`^\[\s*[0-9]+\s*(?:,\s*[0-9]+\s*)*\]$`)
)

// literalList reads a list as Python and PostgreSQL write it, ['a', 'b'] and {a,"b c"}, and numbers that are meant as
// ids, [1, 2].
func literalList(cell string) (list []string, ok bool) {
	if !strings.ContainsRune("[{(", rune(cell[0])) {
		return nil, false
	}
	if found := literal.FindStringSubmatch(cell); found != nil {
		return betweenLiterals.Split(found[1]+found[2]+found[3], -1), true
	}
	if numbers.MatchString(cell) {
		return strings.Split(cell[1:len(cell)-1], ","), true
	}
	inner, ok := strings.CutPrefix(cell, "{")
	if !ok || !strings.HasSuffix(inner, "}") || json.Valid([]byte(cell)) {
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
