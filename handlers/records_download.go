package handlers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"dojo/models"
	"dojo/records"
	"dojo/store"
)

// How a download goes: so many records are read at a time, and the client has so
// long to take them.
const (
	downloadChunk = 500
	downloadPause = 2 * time.Minute
)

// recordWriter writes the records of a file.
type recordWriter interface {
	Write(raw []byte) error
	Flush() error
}

// RecordsDownload sends what a list shows, as JSON Lines or as a table. It is read
// in parts, so that neither memory nor a transaction grows with it; products and
// users by id, whatever the list's order, since one that is updated meanwhile keeps
// its place there, and is in the file once.
func (h *Handlers) RecordsDownload(of Collection) func(v *EnvironmentVisit) error {
	return func(v *EnvironmentVisit) error {
		format, ok := formats[v.QueryParam("format")]
		if !ok {
			return models.ErrNotFound()
		}
		next := of.chunks(v)
		bodies, more, err := next() // an error here is still a page
		if err != nil {
			return err
		}
		name := fmt.Sprintf("%s-%s-%s-%s.%s", v.Team.Team.Slug, v.Environment.Kind, of.name, h.Store.Now().Format(time.DateOnly), v.QueryParam("format"))
		attach(v, name, format.contentType)
		if v.Request().Method == http.MethodHead {
			return nil
		}
		out, err := format.writer(of.kind, v.Response())
		for err == nil {
			v.takeTime(downloadPause)
			if err = writeAll(out, bodies); err != nil || !more {
				break
			}
			bodies, more, err = next()
		}
		if err != nil {
			// The status is out; only a torn connection says that this is not all.
			h.Logger.WarnContext(v.ctx(), "a download ended before its end", "error", err)
			panic(http.ErrAbortHandler)
		}
		return nil
	}
}

// attach begins an answer that is a file.
func attach(v *EnvironmentVisit, name, contentType string) {
	header := v.Response().Header()
	header.Set("Content-Type", contentType)
	header.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	v.Response().WriteHeader(http.StatusOK)
}

// fileFormat is a kind of file that records are written to.
type fileFormat struct {
	contentType string
	writer      func(kind records.Kind, w io.Writer) (recordWriter, error)
}

var formats = map[string]fileFormat{
	"jsonl": {"application/x-ndjson", func(_ records.Kind, w io.Writer) (recordWriter, error) { return &jsonLines{w: w}, nil }},
	"csv":   {"text/csv; charset=utf-8", newTable},
}

// newTable begins with a byte order mark, without which Excel takes UTF-8 for
// something else.
func newTable(kind records.Kind, w io.Writer) (recordWriter, error) {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return nil, err
	}
	return records.NewCSVWriter(kind, w)
}

// jsonLines writes records as they are, each on one line.
type jsonLines struct {
	w   io.Writer
	buf bytes.Buffer
}

func (l *jsonLines) Write(raw []byte) error {
	if err := json.Compact(&l.buf, raw); err != nil {
		return err
	}
	return l.buf.WriteByte('\n')
}

func (l *jsonLines) Flush() error {
	_, err := l.buf.WriteTo(l.w)
	return err
}

func writeAll(out recordWriter, bodies [][]byte) error {
	for _, body := range bodies {
		if err := out.Write(body); err != nil {
			return err
		}
	}
	return out.Flush()
}

// chunks returns what reads the list in parts: the bodies, and whether there are
// more.
func (of Collection) chunks(v *EnvironmentVisit) func() ([][]byte, bool, error) {
	if of.name == models.Interactions {
		return interactionChunks(v)
	}
	query := store.RecordsQuery{Search: v.QueryParam("q"), Sort: store.ByID, Limit: downloadChunk, Bodies: true}
	return func() ([][]byte, bool, error) {
		rows, reach, err := of.list(v, query)
		if reach.Looked > 0 {
			query.Below = reach.Place
		} else if len(rows) > 0 {
			query.Below = rows[len(rows)-1].place()
		}
		return each(rows, func(r shelved) []byte { return r.body }), reach.More, err
	}
}

func interactionChunks(v *EnvironmentVisit) func() ([][]byte, bool, error) {
	filter, _ := interactionsQuery(v)
	query := filter.InteractionsQuery
	query.Page, query.Bodies = store.Page{Limit: downloadChunk}, true
	return func() ([][]byte, bool, error) {
		rows, reach, err := v.Team.Interactions(v.ctx(), v.Environment.Kind, query)
		last := reach.Last
		if reach.Looked == 0 && len(rows) > 0 {
			last = rows[len(rows)-1].ID
		}
		if query.Oldest {
			query.After = last
		} else {
			query.Before = last
		}
		return each(rows, func(i models.Interaction) []byte { return i.Body }), reach.More, err
	}
}
