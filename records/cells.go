package records

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"dojo/models"
)

// A cell that begins with one of these could be taken for a formula by the program that opens the file. It gets an
// apostrophe before it, which reading takes away again; so does a text that begins with an apostrophe that would be
// taken away. The apostrophe alone is the empty text, since an empty cell is no value at all; one stands before a text of
// nothing but spaces, too.
const formulas = "=+-@\t\r\n"

func harmless(text string) string {
	if trimCell(text) == "" || strings.ContainsRune(formulas, rune(text[0])) || text[0] == '\'' {
		return "'" + text
	}
	return text
}

// Harmless is a cell of a table that somebody else has written, for a table that people open: a number is never a
// formula.
func Harmless(cell string) string {
	if _, notNumber := strconv.ParseFloat(cell, 64); cell == "" || notNumber == nil {
		return cell
	}
	return harmless(cell)
}

func original(cell string) string {
	rest, marked := strings.CutPrefix(cell, "'")
	if marked && (trimCell(rest) == "" || strings.ContainsRune(formulas+"'", rune(rest[0]))) {
		return rest
	}
	return cell
}

// bare is a cell without what other programs put around a value: spaces, and the formula that keeps a spreadsheet from
// taking digits for a number, ="00123".
func bare(cell string) string {
	cell = trimCell(cell)
	if inner, ok := strings.CutPrefix(cell, `="`); ok && strings.HasSuffix(inner, `"`) {
		cell = strings.TrimSpace(strings.ReplaceAll(strings.TrimSuffix(inner, `"`), `""`, `"`))
	}
	return cell
}

// trimCell takes away the spaces around a cell, also those that have no width.
func trimCell(cell string) string {
	if n := len(cell); n == 0 || isVisibleASCII(cell[0]) && isVisibleASCII(cell[n-1]) {
		return cell
	}
	return strings.TrimFunc(cell, func(r rune) bool {
		return unicode.IsSpace(r) || r == '\u200B' || r == '\u2060' || r == '\uFEFF'
	})
}

func isVisibleASCII(c byte) bool { return c > ' ' && c < 0x7f }

// isNoValue reports whether a cell is what programs write where there is no value. In a text it may be meant.
func isNoValue(cell string) bool {
	switch cell {
	case "NULL", "null", "NaN", "nan", "None", "N/A", "n/a", "NA", `\N`, "-", "–", "—":
		return true
	}
	return false
}

// isSheetError reports whether a cell is what a spreadsheet writes where a formula failed.
func isSheetError(cell string) bool {
	switch cell {
	case "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#BUSY!":
		return true
	}
	return false
}

// shown is a column's name as it is written in a message.
func shown(name string) string { return models.Excerpt(strings.ToValidUTF8(name, "�"), 60) }

// fieldWriter writes the inside of an object.
type fieldWriter struct {
	text bytes.Buffer
	more json.RawMessage // a whole object in one cell
}

func (m *fieldWriter) add(name string, value []byte) {
	if m.text.Len() > 0 {
		m.text.WriteByte(',')
	}
	m.text.Write(quote(name))
	m.text.WriteByte(':')
	m.text.Write(value)
}

func (m *fieldWriter) object() []byte {
	return slices.Concat([]byte("{"), m.text.Bytes(), []byte("}"))
}

// quote writes valid UTF-8 as a JSON string, without escaping what only HTML minds.
func quote(text string) []byte {
	if plain(text) {
		return slices.Concat([]byte{'"'}, []byte(text), []byte{'"'})
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string is always encoded
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// plain reports whether a text needs no escapes: it is ASCII without what JSON writes otherwise.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < 0x20 || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// value reads a cell by the type of its column: a text stays one, and all else is JSON. An array of texts may also be
// the texts with a bar between them. What is neither stays a text, so that checking says what is expected.
func (c column) value(cell string) []byte {
	if c.text {
		return quote(original(cell))
	}
	if c.texts && !json.Valid([]byte(cell)) || c.texts && cell[0] != '[' && cell != "null" {
		var list [][]byte
		for text := range strings.SplitSeq(original(cell), "|") {
			list = append(list, quote(strings.TrimSpace(text)))
		}
		return slices.Concat([]byte("["), bytes.Join(list, []byte(",")), []byte("]"))
	}
	return jsonOrText(cell)
}

func jsonOrText(cell string) []byte {
	if trimmed := strings.TrimSpace(cell); json.Valid([]byte(trimmed)) {
		return []byte(trimmed)
	}
	switch cell {
	case "TRUE", "True":
		return []byte("true") // as Excel writes it
	case "FALSE", "False":
		return []byte("false")
	}
	return quote(original(cell))
}
