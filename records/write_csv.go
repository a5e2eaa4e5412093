package records

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"

	"dojo/models"
)

// CSVWriter writes records as a table that [File.Read] reads back: the same values, with one exception. Lines within a
// text end with a line feed, whatever they ended with.
type CSVWriter struct {
	rows    *csv.Writer
	columns []column
	cells   []string
}

// NewCSVWriter writes the header. Its columns are the fields of the schema, since what is written later is not known
// yet; custom attributes are one column of JSON.
func NewCSVWriter(of models.Collection, w io.Writer) (*CSVWriter, error) {
	columns := columnSets()[of]
	out := &CSVWriter{rows: csv.NewWriter(w), columns: columns, cells: make([]string, len(columns))}
	return out, out.rows.Write(Columns(of))
}

// Write writes one record, given its JSON.
func (w *CSVWriter) Write(raw []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return err
	}
	for i, c := range w.columns {
		w.cells[i] = c.cell(fields[c.name])
	}
	return w.rows.Write(w.cells)
}

// Flush hands what was written to the writer behind.
func (w *CSVWriter) Flush() error {
	w.rows.Flush()
	return w.rows.Error()
}

// cell is the inverse of value. JSON other than text begins no formula: a number's minus is one.
func (c column) cell(raw json.RawMessage) string {
	if raw == nil {
		return ""
	}
	var text string
	if json.Unmarshal(raw, &text) == nil && string(raw) != "null" {
		if c.text {
			return harmless(text)
		}
		return string(raw) // in its quotation marks, so that it is read as a text
	}
	var compact bytes.Buffer
	if json.Compact(&compact, raw) != nil {
		return ""
	}
	return compact.String()
}

// Examples are records that show what a file may hold.
func Examples(of models.Collection) [][]byte {
	var all []string
	switch of {
	case models.Products:
		all = []string{
			`{"product_id":"miso-aka-500","title":"Aka miso, 500 g","categories":[["Pantry","Miso"]],"tags":["salty","umami"],"original_price":9.8,"availability":"IN_STOCK","url":"https://shop.example/miso-aka-500"}`,
			`{"product_id":"kombu-rishiri","title":"Rishiri kombu","original_price":14,"availability":"PRE_ORDER","custom_attributes":{"origin":"Hokkaido"}}`,
		}
	case models.EndUsers:
		all = []string{
			`{"user_id":"user-1","name":"Aiko Mori","city":"Kyoto","country":"JP","created_at":"2026-11-25T09:30:00Z"}`,
			`{"user_id":"user-2","age":41,"custom_attributes":{"newsletter":true}}`,
		}
	default:
		all = []string{
			`{"type":"product_detail_page_view","timestamp":"2026-11-25T09:30:00Z","user_id":"user-1","product_ids":["miso-aka-500"]}`,
			`{"type":"search","timestamp":"2026-11-25T09:31:00Z","anonymous_id":"visitor-7","search":{"keywords":"kombu"}}`,
		}
	}
	examples := make([][]byte, len(all))
	for i, one := range all {
		examples[i] = []byte(one)
	}
	return examples
}
