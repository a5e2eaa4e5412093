package handlers

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/views/pages"
)

// tablePart is how many rows of a list are read at once for a table.
const tablePart = 500

// listBar fills in what stands above a list with what the address says: the search, the filters,
// the fields and the order. Of a choice that there is not the bar says so.
func listBar(v *Visit, bar pages.ListBar) pages.ListBar {
	link := linkTo(v.Request().URL)
	if bar.Label != "" {
		bar.Query = strings.TrimSpace(v.QueryParam("q"))
	}
	for i, filter := range bar.Filters {
		bar.Filters[i].Value = chosen(&bar, filter.Label, filter.Options, v.QueryParam(filter.Name))
	}
	for i, field := range bar.Fields {
		bar.Fields[i].Value = strings.TrimSpace(v.QueryParam(field.Name))
	}
	bar.Sort = chosen(&bar, "Sort", bar.Sorts, v.QueryParam("sort"))
	whole := link.Without("before", "after", "below", "above", "format")
	bar.CSV, bar.JSONLines = whole.With("format", "csv"), whole.With("format", "jsonl")
	bar.All = pages.Link{Path: link.Path, Query: bar.Kept}.Address()
	return bar
}

// chosen is the value if it is one of the options. If it is another one, the bar says so.
func chosen(bar *pages.ListBar, label string, options []pages.Option, value string) string {
	for _, option := range options {
		if option.Value == value {
			return value
		}
	}
	if value != "" {
		bar.Unknown = append(bar.Unknown, pages.Option{Value: value, Label: label})
	}
	return ""
}

// days reads the days that a list is narrowed to, the last one included: from is the beginning of
// the first one, until the end of the last one, both zero where they are not said. Where local is
// set they are those of the time zone that the address names, and otherwise of UTC. A range that
// cannot be is said in the answer.
func days(v *Visit, now time.Time, local bool) (dates pages.ListDates, from, until time.Time) {
	dates = pages.ListDates{From: strings.TrimSpace(v.QueryParam("from")), To: strings.TrimSpace(v.QueryParam("to")),
		Local: local, Zone: "UTC"}
	zone := time.UTC
	if name := v.QueryParam("zone"); local && name != "" {
		var err error
		if zone, err = time.LoadLocation(name); err != nil || name == "Local" {
			dates.Error = "There is no time zone “" + models.Isolated(name) + "”."
			return dates, from, until
		}
		dates.Zone = zone.String()
	}
	from, fromErr := day(dates.From, zone)
	until, untilErr := day(dates.To, zone)
	if !until.IsZero() {
		until = until.AddDate(0, 0, 1)
	}
	switch {
	case fromErr != nil || untilErr != nil:
		dates.Error = "Write a day as 2026-11-25."
	case !until.IsZero() && until.Before(from.AddDate(0, 0, 1)):
		dates.Error = "The first day comes after the last one."
	case from.After(now):
		dates.Error = "The first day is yet to come."
	}
	return dates, from.UTC(), until.UTC()
}

func day(text string, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	return time.ParseInLocation(time.DateOnly, text, zone)
}

// asTable reports whether a list is asked for as a table.
func asTable(v *Visit) bool { return v.QueryParam("format") != "" }

// sendTable sends the whole of a list of the desk as a table.
func sendTable[T any](h *Handlers, v *Visit, name string, header []string,
	part func(from models.Cursor, limit int) (models.List[T], error), cells func(T) []any) error {
	return streamTable(h, v, name, header, part, cells, func(string) error { return nil })
}

// sendTeamTable sends the whole of a list of a team, of one environment or with an empty kind of
// all, as a table. The activity list tells of it.
func sendTeamTable[T any](h *Handlers, v *TeamVisit, kind models.EnvironmentKind, name, list string, header []string,
	part func(from models.Cursor, limit int) (models.List[T], error), cells func(T) []any) error {
	return streamTable(h, v.Visit, name+list, header, part, cells, func(format string) error {
		return v.Team.Downloaded(v.ctx(), kind, store.Download{List: list, Format: format})
	})
}

// streamTable sends the whole of a list as a table, in the format that the address names. It is
// read in parts, so that neither memory nor a transaction grows with it. begin comes before the
// first byte.
func streamTable[T any](h *Handlers, v *Visit, name string, header []string,
	part func(from models.Cursor, limit int) (models.List[T], error), cells func(T) []any,
	begin func(format string) error) error {
	format, known := tableFormats[v.QueryParam("format")]
	if !known {
		return models.ErrNotFound()
	}
	list, err := part(models.Cursor{}, tablePart)
	if err != nil {
		return err // still a page
	}
	head := v.Request().Method == http.MethodHead
	if !head {
		if err = begin(format.name); err != nil {
			return err
		}
	}
	attach(v, name+"-"+h.Store.Now().Format(time.DateOnly)+"."+v.QueryParam("format"), format.contentType)
	if head {
		return nil
	}
	out, err := format.writer(v.Response(), header)
	for err == nil {
		v.takeTime(downloadPause)
		for _, row := range list.Rows {
			if err = out.row(cells(row)); err != nil {
				break
			}
		}
		if err == nil {
			err = out.flush()
		}
		if err != nil || !list.More {
			break
		}
		list, err = part(list.Next, tablePart)
	}
	if err != nil {
		// The status is out; only a torn connection says that this is not all.
		h.Logger.WarnContext(v.ctx(), "a table ended before its end", "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// tableWriter writes the rows of a table. Cells are texts, whole numbers, times or nil.
type tableWriter interface {
	row(cells []any) error
	flush() error
}

var tableFormats = map[string]struct {
	name        string // for people
	contentType string
	writer      func(w io.Writer, header []string) (tableWriter, error)
}{
	"csv":   {"CSV", "text/csv; charset=utf-8", newCSVTable},
	"jsonl": {"JSON Lines", "application/x-ndjson", newJSONTable},
}

// csvTable is a table for spreadsheets (RFC 4180). A cell that one would take for a formula is
// marked as text.
type csvTable struct{ *csv.Writer }

// newCSVTable begins with a byte order mark, without which Excel takes UTF-8 for something else.
func newCSVTable(w io.Writer, header []string) (tableWriter, error) {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return nil, err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return csvTable{out}, out.Write(header)
}

func (t csvTable) row(cells []any) error {
	texts := make([]string, len(cells))
	for i, cell := range cells {
		switch cell := cell.(type) {
		case string:
			texts[i] = plainCell(cell)
		case time.Time:
			texts[i] = cell.UTC().Format(time.RFC3339)
		case int64:
			texts[i] = strconv.FormatInt(cell, 10)
		case int:
			texts[i] = strconv.Itoa(cell)
		}
	}
	return t.Write(texts)
}

func (t csvTable) flush() error {
	t.Flush()
	return t.Error()
}

// plainCell marks what begins like a formula as text: spreadsheets would carry it out.
func plainCell(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// jsonTable has an object on each line, with the header's names in their order.
type jsonTable struct {
	w     io.Writer
	names [][]byte
	lines bytes.Buffer
}

func newJSONTable(w io.Writer, header []string) (tableWriter, error) {
	t := &jsonTable{w: w}
	for _, name := range header {
		t.names = append(t.names, []byte(strconv.Quote(name)+":"))
	}
	return t, nil
}

func (t *jsonTable) row(cells []any) error {
	for i, cell := range cells {
		before := byte(',')
		if i == 0 {
			before = '{'
		}
		t.lines.WriteByte(before)
		t.lines.Write(t.names[i])
		value, err := json.Marshal(cell)
		if err != nil {
			return err
		}
		t.lines.Write(value)
	}
	t.lines.WriteString("}\n")
	return nil
}

func (t *jsonTable) flush() error {
	_, err := t.lines.WriteTo(t.w)
	return err
}

// readAtDesk reads the next part of a table for somebody who is an engineer still.
func readAtDesk[T any](
	h *Handlers, v *DeskVisit, read func() (models.List[T], error),
) (list models.List[T], err error) {
	if v.Desk, err = h.Store.Desk(v.ctx(), v.Actor); err != nil {
		return list, err
	}
	return read()
}

// readInTeam reads the next part of a table for somebody who may still see it.
func readInTeam[T any](
	h *Handlers, v *TeamVisit, read func() (models.List[T], error),
) (list models.List[T], err error) {
	if v.Team, err = h.Store.Team(v.ctx(), v.Actor, v.Team.Team.Slug); err != nil {
		return list, err
	}
	return read()
}

// moment is a time as the cell of a table; nil and zero are empty.
func moment(t *time.Time) any {
	if t == nil || t.IsZero() {
		return nil
	}
	return t.UTC()
}
