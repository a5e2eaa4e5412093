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
// its place there, and is in the file once. Whoever may not see the records any more gets
// no further parts.
func (h *Handlers) RecordsDownload(of models.Collection) func(v *EnvironmentVisit) error {
	return func(v *EnvironmentVisit) error {
		format, ok := formats[v.QueryParam("format")]
		if !ok {
			return models.ErrNotFound()
		}
		next := chunks(v, of, h.Store.Now())
		bodies, more, err := next() // an error here is still a page
		if err != nil {
			return err
		}
		name := fmt.Sprintf("%s-%s-%s-%s.%s",
			v.Team.Team.Slug, v.Environment.Kind, of.Many(), h.Store.Now().Format(time.DateOnly),
			v.QueryParam("format"))
		if v.Request().Method == http.MethodHead {
			attach(v.Visit, name, format.contentType)
			return nil
		}
		if v.Team.Role != models.Guest { // who is nobody, and sees only samples
			err := v.Team.Downloaded(v.ctx(), v.Environment.Kind, store.Download{Collection: of, Format: format.name})
			if err != nil {
				return err
			}
		}
		attach(v.Visit, name, format.contentType)
		out, err := format.writer(of, v.Response())
		for err == nil {
			v.takeTime(downloadPause)
			if err = writeAll(out, bodies); err != nil || !more {
				break
			}
			// Much may have changed while the client took its time.
			if v.Team, err = h.Store.Team(v.ctx(), v.Actor, v.Team.Team.Slug); err != nil {
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
func attach(v *Visit, name, contentType string) {
	header := v.Response().Header()
	header.Set("Content-Type", contentType)
	header.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	v.Response().WriteHeader(http.StatusOK)
}

// fileFormat is a kind of file that records are written to.
type fileFormat struct {
	name        string // for people
	contentType string
	writer      func(of models.Collection, w io.Writer) (recordWriter, error)
}

var formats = map[string]fileFormat{
	"jsonl": {"JSON Lines", "application/x-ndjson", newJSONLines},
	"csv":   {"CSV", "text/csv; charset=utf-8", newTable},
}

// newTable begins with a byte order mark, without which Excel takes UTF-8 for
// something else.
func newTable(of models.Collection, w io.Writer) (recordWriter, error) {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return nil, err
	}
	return records.NewCSVWriter(of, w)
}

// jsonLines writes records as they are, each on one line.
type jsonLines struct {
	w   io.Writer
	buf bytes.Buffer
}

func newJSONLines(_ models.Collection, w io.Writer) (recordWriter, error) {
	return &jsonLines{w: w}, nil
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
func chunks(v *EnvironmentVisit, of models.Collection, now time.Time) func() ([][]byte, bool, error) {
	if of == models.Interactions {
		filter, shown := interactionsQuery(v, now)
		query := filter.InteractionsQuery
		query.Cursor, query.Limit, query.Bodies = models.Cursor{}, downloadChunk, true
		return func() ([][]byte, bool, error) {
			if shown.DayError != "" {
				return nil, false, models.Errorf(models.Invalid, "%s", shown.DayError)
			}
			list, err := v.Team.Interactions(v.ctx(), v.Environment.Kind, query)
			query.Cursor = list.Next
			return each(list.Rows, func(i models.Interaction) []byte { return i.Body }), list.More, err
		}
	}
	query := models.RecordsQuery{Search: v.QueryParam("q"), Sorting: models.ByID, Limit: downloadChunk, Bodies: true}
	return func() ([][]byte, bool, error) {
		list, err := v.Team.Records(v.ctx(), v.Environment.Kind, of, query)
		query.Cursor = list.Next
		return each(list.Rows, func(r models.Record) []byte { return r.Body }), list.More, err
	}
}
