package handlers

import (
	"encoding/csv"
	"net/http"
	"strings"
	"time"

	"dojo/models"
	"dojo/views/pages"
)

// tablePart is how many rows of a list are read at once for a table.
const tablePart = 500

// listBar fills in what stands above a list with what the address says: the search, the filters
// and the order. A choice that there is not counts as none.
func listBar(v *Visit, bar pages.ListBar) pages.ListBar {
	link := linkTo(v.Request().URL)
	bar.Query = strings.TrimSpace(v.QueryParam("q"))
	for i, filter := range bar.Filters {
		bar.Filters[i].Value = chosen(filter.Options, v.QueryParam(filter.Name))
	}
	bar.Sort = chosen(bar.Sorts, v.QueryParam("sort"))
	bar.CSV = link.Without("before", "after", "below", "above", "format").With("format", "csv")
	bar.All = pages.Link{Path: link.Path, Query: bar.Kept}.Address()
	return bar
}

func chosen(options []pages.Option, value string) string {
	for _, option := range options {
		if option.Value == value {
			return value
		}
	}
	return ""
}

// asTable reports whether a list is asked for as a table.
func asTable(v *Visit) bool { return v.QueryParam("format") == "csv" }

// sendTable sends the whole of a list as CSV (RFC 4180), with a byte order mark, without which
// Excel takes UTF-8 for something else. It is read in parts, so that neither memory nor a
// transaction grows with it. A cell that a spreadsheet would take for a formula is marked as text.
func sendTable[T any](h *Handlers, v *Visit, name string, header []string,
	part func(from models.Cursor, limit int) (models.List[T], error), cells func(T) []string) error {
	list, err := part(models.Cursor{}, tablePart)
	if err != nil {
		return err // still a page
	}
	attach(v, name+"-"+h.Store.Now().Format(time.DateOnly)+".csv", "text/csv; charset=utf-8")
	if v.Request().Method == http.MethodHead {
		return nil
	}
	if _, err = v.Response().Write([]byte("\uFEFF")); err != nil {
		return err
	}
	out := csv.NewWriter(v.Response())
	out.UseCRLF = true
	err = out.Write(header)
	for err == nil {
		v.takeTime(downloadPause)
		for _, row := range list.Rows {
			if err = out.Write(plainCells(cells(row))); err != nil {
				break
			}
		}
		out.Flush()
		if err = out.Error(); err != nil || !list.More {
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

// readAtDesk reads the next part of a table for somebody who is an engineer still.
func readAtDesk[T any](
	h *Handlers, v *DeskVisit, read func() (models.List[T], error),
) (list models.List[T], err error) {
	if v.Desk, err = h.Store.Desk(v.ctx(), v.Actor); err != nil {
		return list, err
	}
	return read()
}

// plainCells marks what begins like a formula as text: spreadsheets would carry it out.
func plainCells(cells []string) []string {
	for i, cell := range cells {
		if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
			cells[i] = "'" + cell
		}
	}
	return cells
}

// cellTime writes a time for a table; nil and zero are empty.
func cellTime(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
