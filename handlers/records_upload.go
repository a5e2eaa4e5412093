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
	"dojo/views/layout"
	"dojo/views/pages"
)

// MaxUpload is how many bytes the body of an upload may have: the file, and what
// is around it.
const MaxUpload = records.MaxFile + 64<<10

// uploadTime is how long a file may be on its way.
const uploadTime = 10 * time.Minute

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
		MaxBytes: records.MaxFile,
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

// Upload takes a file of records, looks at its beginning, and keeps it until its columns are mapped and it is uploaded.
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
		chosen, name, err := receive(v)
		if err != nil {
			return h.unread(v, of, err)
		}
		defer chosen.Close()
		kept, err := v.keepFile(chosen, name, of)
		if err != nil {
			return h.unread(v, of, err)
		}
		return v.chose(v.list(of) + "/uploads/" + kept.ID)
	}
}

// receive takes the file out of the form.
func receive(v *EnvironmentVisit) (file *chosenFile, name string, err error) {
	parts, err := v.Request().MultipartReader()
	if err != nil {
		return nil, "", models.Errorf(models.Invalid, "This was not sent by the form for uploads. Nothing was changed.")
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return nil, "", err // without a file, also at the end
		}
		if part.FormName() != "file" {
			continue
		}
		name = fileName(part)
		file, err = newChosenFile(part)
		return file, name, err
	}
}

// keepFile finds out how the file is read and what is in it, and keeps both for the next step.
func (v *EnvironmentVisit) keepFile(chosen *chosenFile, name string, of models.Collection) (
	kept models.UploadFile, err error,
) {
	source, err := chosen.source(v.ctx())
	if err != nil {
		return kept, err
	}
	defer source.Close()
	plan, err := v.recognize(source, of)
	if err != nil {
		return kept, err
	}
	if err := v.look(&plan, source); err != nil {
		if plan.Problem = faultOf(err); plan.Problem == "" || !plan.Reading.Format.IsTable() {
			return kept, err
		}
	}
	return v.Team.KeepFile(v.ctx(), v.Environment.Kind, models.UploadFile{Collection: of, Name: name, Size: chosen.size,
		Plan: plan.bytes()}, chosen.parts())
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

// chose leads to the page of a chosen file. A script goes there by itself: following a redirect it would ask for the
// page twice.
func (v *EnvironmentVisit) chose(to string) error {
	if v.Request().Header.Get("Dojo-Upload") == "" {
		return v.Redirect(http.StatusSeeOther, to)
	}
	v.Response().Header().Set("Dojo-Location", to)
	return v.NoContent(http.StatusNoContent)
}
