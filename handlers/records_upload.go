package handlers

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode"

	"dojo/models"
	"dojo/records"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// MaxUpload is how many bytes the body of an upload may have: the file, and what
// is around it.
const MaxUpload = records.MaxFile + 64<<10

// How many lines a page lists, and how long a file may be on its way.
const (
	rejectedShown = 100
	uploadTime    = 10 * time.Minute
)

// uploads is the environments that a file is being sent to: one file at a time, so
// that two of them do not mix, and a few in all, so that nobody fills the disk.
type uploads struct {
	mu    sync.Mutex
	under map[string]bool // by environment id
}

// maxUploads is how many files are read at the same time.
const maxUploads = 8

// begin reports whether a file may be read for the environment; end lets go of it.
func (u *uploads) begin(environmentID string) (end func(), err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case u.under[environmentID]:
		return nil, models.Errorf(models.TooMany,
			"Another file is on its way to this environment. Wait until it is there.")
	case len(u.under) >= maxUploads:
		return nil, models.Errorf(models.TooMany,
			"Many files are on their way to Dojo just now. Try again in a minute.")
	}
	u.under[environmentID] = true
	return func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		delete(u.under, environmentID)
	}, nil
}

// UploadShow is the page where a file of records is uploaded.
func (h *Handlers) UploadShow(of models.Collection) func(v *EnvironmentVisit) error {
	return func(v *EnvironmentVisit) error {
		if err := v.Team.MayChangeData(v.Environment.Kind); err != nil {
			return err
		}
		page, err := h.uploadPage(v, of)
		if err != nil {
			return err
		}
		return render(v, http.StatusOK, page)
	}
}

func (h *Handlers) uploadPage(v *EnvironmentVisit, of models.Collection) (pages.Upload, error) {
	base, err := h.environmentBase(v, "Upload "+of.Many(), layout.SectionOf(of))
	return pages.Upload{
		Base: base, Collection: of, Columns: records.Columns(of),
		MaxBytes: records.MaxFile, MaxRecords: records.MaxLines,
	}, err
}

// UploadTemplate is an example of a file.
func (h *Handlers) UploadTemplate(of models.Collection) func(v *EnvironmentVisit) error {
	return func(v *EnvironmentVisit) error {
		format, ok := formats[v.QueryParam("format")]
		if !ok {
			return models.ErrNotFound()
		}
		attach(v.Visit, of.Many()+"-template."+v.QueryParam("format"), format.contentType)
		out, err := format.writer(of, v.Response())
		if err != nil {
			return err
		}
		return writeAll(out, records.Examples(of))
	}
}

// Upload reads a file of records. When lines are rejected, nothing is kept unless
// the form says to leave them out.
func (h *Handlers) Upload(of models.Collection) func(v *EnvironmentVisit) error {
	return func(v *EnvironmentVisit) error {
		if err := v.Team.MayChangeData(v.Environment.Kind); err != nil {
			return err
		}
		end, err := h.uploads.begin(v.Environment.ID)
		if err != nil {
			return err
		}
		defer end()
		v.takeTime(uploadTime + longAnswer)
		_ = http.NewResponseController(v.Response()).SetReadDeadline(time.Now().Add(uploadTime))
		known, err := v.Team.AttributeTypes(v.ctx(), v.Environment.Kind, of)
		if err != nil {
			return err
		}
		file, err := h.receive(v, of, known)
		if file != nil {
			defer file.close()
		}
		if err != nil {
			return h.unread(v, of, err)
		}
		return h.keep(v, of, file)
	}
}

// received is what came with the form of an upload.
type received struct {
	*spool
	name     string // the file's
	skip     bool   // leave out what is rejected
	good     int
	bad      int
	rejected []pages.RejectedLine // the first of the bad ones
}

// receive checks the file while it comes, and spools what is good.
func (h *Handlers) receive(v *EnvironmentVisit, of models.Collection, known models.AttributeTypes) (*received, error) {
	parts, err := v.Request().MultipartReader()
	if err != nil {
		return nil, models.Errorf(models.Invalid, "This was not sent by the form for uploads. Nothing was changed.")
	}
	file := &received{}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return file, err // without a file, also at the end
		}
		switch part.FormName() {
		case "skip":
			text, err := io.ReadAll(io.LimitReader(part, 16))
			if err != nil {
				return file, err
			}
			file.skip = string(text) == "yes"
		case "file":
			file.name = fileName(part)
			if file.spool, err = newSpool(of); err != nil {
				return nil, err
			}
			return file, file.read(records.File{Collection: of, Known: known}, part)
		}
	}
}

// fileName is the name of the file for people to read.
func fileName(part *multipart.Part) string {
	name := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(filepath.Base(part.FileName()), ""))
	return models.Excerpt(name, 100)
}

func (file *received) read(as records.File, part io.Reader) error {
	for line, err := range as.Read(part) {
		if err != nil {
			return err
		}
		if line.Wrong == nil {
			file.good++
			if err := file.add(&line); err != nil {
				return err
			}
			continue
		}
		if file.bad++; file.bad <= rejectedShown {
			file.rejected = append(file.rejected, pages.RejectedLine{Number: line.Number, Wrong: line.Wrong})
		}
	}
	return file.flush()
}

// unread answers an upload whose file could not be read to its end.
func (h *Handlers) unread(v *EnvironmentVisit, of models.Collection, err error) error {
	status, why := http.StatusUnprocessableEntity, ""
	fault, faulty := errors.AsType[*records.FileError](err)
	_, long := errors.AsType[*http.MaxBytesError](err)
	switch {
	case long:
		status = http.StatusRequestEntityTooLarge
		why = fmt.Sprintf("The file is larger than %d MiB. Split it, and upload the parts one after the other.",
			records.MaxFile>>20)
	case faulty:
		why = fault.Error()
		// Browsers show no answer to what they have not sent to its end.
		_, _ = io.Copy(io.Discard, v.Request().Body)
	case err == io.EOF:
		why = "There was no file in the form. Choose one."
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF),
		errors.Is(err, http.ErrBodyReadAfterClose), isTimeout(err):
		why = "The file did not arrive to its end. Try again."
	default:
		return err
	}
	page, err := h.uploadPage(v, of)
	if err != nil {
		return err
	}
	page.Error = why
	return render(v, status, page)
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	return ok && timeout.Timeout()
}

// keep writes what was received, unless lines were rejected.
func (h *Handlers) keep(v *EnvironmentVisit, of models.Collection, file *received) error {
	if file.bad > 0 && (!file.skip || file.good == 0) {
		page, err := h.uploadPage(v, of)
		if err != nil {
			return err
		}
		h.Metrics.UploadRejected(models.ByPage)
		page.Rejected, page.RejectedCount, page.Good, page.FileName = file.rejected, file.bad, file.good, file.name
		return render(v, http.StatusUnprocessableEntity, page)
	}
	kept, err := v.Team.UploadRecords(v.ctx(), v.Environment.Kind, of, file.good, file.batches())
	uncounted := errors.Is(err, store.ErrUncounted)
	if err != nil && kept == 0 && !uncounted {
		return err
	}
	if err != nil {
		page, pageErr := h.uploadPage(v, of)
		if pageErr != nil {
			return pageErr
		}
		h.Logger.WarnContext(v.ctx(), "an upload stopped on the way", "error", err)
		page.Kept = "The first " + words.Plural(kept, of.One()) + " of " + words.Count(file.good) +
			" are kept, and the rest is not. " + message(err)
		if uncounted {
			page.Kept = "At least the first " + words.Plural(kept, of.One()) + " of " + words.Count(file.good) +
				" are kept. As soon as the database answers, the activity list says how many. " + message(err)
		}
		return render(v, http.StatusServiceUnavailable, page)
	}
	flash := good("Uploaded "+words.Plural(kept, of.One()), "")
	if file.bad > 0 {
		flash.Detail = words.Plural(file.bad, "rejected line") + " left out."
	}
	return v.uploaded(v.list(of), flash)
}

// uploaded leads to the list. A script goes there by itself, since following a
// redirect it would show the message to nobody.
func (v *EnvironmentVisit) uploaded(to string, flash layout.Flash) error {
	if v.Request().Header.Get("Dojo-Upload") == "" {
		return v.redirect(to, flash)
	}
	v.session.AddFlash(flash)
	if err := v.session.Save(v.Request(), v.Response()); err != nil {
		return err
	}
	v.Response().Header().Set("Dojo-Location", to)
	return v.NoContent(http.StatusNoContent)
}
