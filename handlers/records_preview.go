package handlers

import (
	"encoding/json"
	"errors"
	"net/http"

	"dojo/models"
	"dojo/records"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// UploadPreview is the page of a chosen file: its columns, and what becomes of them.
func (h *Handlers) UploadPreview(of models.Collection) func(v *EnvironmentVisit) error {
	return func(v *EnvironmentVisit) error {
		file, plan, err := v.chosen(of)
		if models.CodeOf(err) == models.NotFound {
			return v.goneFile(of)
		}
		if err != nil {
			return err
		}
		return h.showPreview(v, http.StatusOK, file, &plan, "")
	}
}

// chosen reads what is kept of a file.
func (v *EnvironmentVisit) chosen(of models.Collection) (file models.UploadFile, plan uploadPlan, err error) {
	if file, err = v.Team.File(v.ctx(), v.Environment.Kind, v.Param("file")); err != nil {
		return file, plan, err
	}
	if file.Collection != of {
		return file, plan, models.ErrNotFound()
	}
	plan, err = planOf(file)
	return file, plan, err
}

// goneFile leads back to where a file is chosen.
func (v *EnvironmentVisit) goneFile(of models.Collection) error {
	return v.redirect(v.list(of)+"/upload", bad("That file is not here any more",
		"It was uploaded, or a newer one took its place, or it was kept for two hours. Choose it again."))
}

// UploadStep takes what the page of a chosen file says: another way to read it, or to upload or to forget it.
func (h *Handlers) UploadStep(of models.Collection) func(v *EnvironmentVisit) error {
	return func(v *EnvironmentVisit) error {
		file, plan, err := v.chosen(of)
		if models.CodeOf(err) == models.NotFound {
			return v.goneFile(of)
		}
		if err != nil {
			return err
		}
		if v.FormValue("do") == "discard" {
			if err := v.Team.DropFile(v.ctx(), v.Environment.Kind, file.ID); err != nil {
				return err
			}
			return v.Redirect(http.StatusSeeOther, v.list(of)+"/upload")
		}
		end, err := h.uploads.begin(v.Environment.ID)
		if err != nil {
			return err
		}
		defer end()
		v.takeTime(longAnswer)
		return h.takeStep(v, file, &plan)
	}
}

func (h *Handlers) takeStep(v *EnvironmentVisit, file models.UploadFile, plan *uploadPlan) error {
	bytes, err := v.fetch(v.ctx(), file.ID)
	if err != nil {
		return err
	}
	defer bytes.Close()
	source, err := bytes.source(v.ctx())
	if err != nil {
		return err
	}
	defer source.Close()
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	unread := plan.Partial
	changed, err := v.change(plan, source, form)
	if err == nil {
		read := v.look
		if do := v.FormValue("do"); do == "upload" || do == "check" {
			read = v.find
		}
		err = read(plan, source)
	}
	if err != nil {
		if plan.Problem = faultOf(err); plan.Problem == "" {
			return err
		}
	}
	if err := v.Team.PlanFile(v.ctx(), v.Environment.Kind, file.ID, plan.bytes()); err != nil {
		return err
	}
	here := v.list(file.Collection) + "/uploads/" + file.ID
	upload := v.FormValue("do") == "upload"
	unit := plan.Reading.Format.Unit()
	switch {
	case upload && changed && plan.Problem == "":
		return v.redirect(here, layout.Flash{Text: "The columns have changed. Look at the preview once more."})
	case upload && unread && plan.Findings.Remarkable():
		return v.redirect(here, layout.Flash{
			Text: "The whole file is read now. Look at what was found in it, then upload it."})
	case !upload:
		return v.chose(here + "#preview")
	case plan.Problem != "":
		return h.showPreview(v, http.StatusUnprocessableEntity, file, plan, "")
	case plan.Findings.Bad > 0 && v.FormValue("skip") != "yes":
		h.Metrics.UploadRejected(models.ByPage)
		return h.showPreview(v, http.StatusUnprocessableEntity, file, plan, words.Plural(plan.Findings.Bad, unit)+
			" would be left out. Mend them, or say that they may be.")
	case plan.Findings.Good == 0:
		return h.showPreview(v, http.StatusUnprocessableEntity, file, plan, "There is no good "+unit+" in the file.")
	}
	return h.write(v, file, plan, source)
}

// UploadProgress says, to a script, how far the upload of a file has come.
func (h *Handlers) UploadProgress(v *EnvironmentVisit) error {
	done, asked, err := v.Team.UploadProgress(v.ctx(), v.Environment.Kind)
	if err != nil {
		return err
	}
	return v.JSON(http.StatusOK, map[string]int{"done": done, "of": asked})
}

// write uploads the good lines.
func (h *Handlers) write(v *EnvironmentVisit, file models.UploadFile, plan *uploadPlan, source *records.Source) error {
	as, err := v.file(plan, source)
	if err != nil {
		return err
	}
	of, found, unit := file.Collection, plan.Findings, plan.Reading.Format.Unit()
	kept, err := v.Team.UploadRecords(v.ctx(), v.Environment.Kind, of, found.Good, batches(as))
	uncounted := errors.Is(err, store.ErrUncounted)
	if err != nil && kept == 0 && !uncounted {
		return err
	}
	if err != nil {
		h.Logger.WarnContext(v.ctx(), "an upload stopped on the way", "error", err)
		return h.stopped(v, of, kept, found.Good, uncounted, message(err))
	}
	if mapping, err := json.Marshal(plan.Mapping); err == nil && plan.Reading.Format.IsTable() {
		names := each(plan.Mapping.Columns, func(c records.Column) string { return c.Name })
		if err := v.Team.KeepMapping(v.ctx(), v.Environment.Kind, of, columnsDigest(names), mapping); err != nil {
			h.Logger.WarnContext(v.ctx(), "a mapping was not kept", "error", err)
		}
	}
	if err := v.Team.DropFile(v.ctx(), v.Environment.Kind, file.ID); err != nil {
		h.Logger.WarnContext(v.ctx(), "an uploaded file was not dropped", "error", err) // it lapses by itself
	}
	flash := good("Uploaded "+words.Plural(found.Kept(), of.One()), "")
	if found.Bad > 0 {
		flash.Detail = words.Plural(found.Bad, "rejected "+unit) + " left out."
	}
	if found.Replaced > 0 {
		flash.Detail += " " + words.Plural(found.Replaced, unit) + " replaced by a later one with the same id."
	}
	return v.redirect(v.list(of), flash)
}

func (h *Handlers) stopped(v *EnvironmentVisit, of models.Collection, kept, asked int, uncounted bool,
	why string) error {
	page, err := h.uploadPage(v, of)
	if err != nil {
		return err
	}
	page.Kept = "The first " + words.Plural(kept, of.One()) + " of " + words.Count(asked) +
		" are kept, and the rest is not. " + why
	if uncounted {
		page.Kept = "At least the first " + words.Plural(kept, of.One()) + " of " + words.Count(asked) +
			" are kept. As soon as the database answers, the activity list says how many. " + why
	}
	return render(v, http.StatusServiceUnavailable, page)
}

func (h *Handlers) showPreview(v *EnvironmentVisit, status int, file models.UploadFile, plan *uploadPlan,
	refused string) error {
	of := file.Collection
	base, err := h.environmentBase(v, "Upload "+of.Many(), layout.SectionOf(of))
	if err != nil {
		return err
	}
	return render(v, status, pages.UploadPreview{Base: base, Collection: of, ID: file.ID, FileName: file.Name,
		Size: file.Size, Reading: readingOf(plan), Columns: columnsOf(plan), Fields: records.Columns(of),
		Types: typesOf(plan), Type: plan.Mapping.Type, Problem: plan.Problem, Refused: refused,
		Good: plan.Findings.Good, Bad: plan.Findings.Bad, Kept: plan.Findings.Kept(),
		Faults: each(plan.Findings.Faults, foundOf), MoreFaults: plan.Findings.More,
		Repeated: each(plan.Findings.Repeated, foundOf), Replaced: plan.Findings.Replaced,
		Partial: plan.Partial, Warnings: each(plan.Findings.Warnings, foundOf), Rows: each(plan.Findings.Preview, rowOf)})
}

func readingOf(plan *uploadPlan) pages.UploadReading {
	r := plan.Reading
	reading := pages.UploadReading{Format: string(r.Format), Unit: r.Format.Unit(), Encoding: r.Encoding, Doubt: r.Doubt,
		Separator: r.Separator, Separators: records.Separators(), Sheet: r.Sheet, Sheets: plan.Sheets,
		Header: r.Header, Encodings: records.Encodings()}
	return reading
}

// typesOf are the types that all interactions of a file may have, where no column has them.
func typesOf(plan *uploadPlan) []string {
	if plan.Mapping.Of != models.Interactions || !plan.Reading.Format.IsTable() || plan.Mapping.Has("type") {
		return nil
	}
	return records.Types()
}

func columnsOf(plan *uploadPlan) []pages.UploadColumn {
	return each(plan.Mapping.Columns, func(c records.Column) pages.UploadColumn {
		column := pages.UploadColumn{Name: c.Name, Field: c.Field, As: string(c.As), Samples: c.Samples, Doubt: c.Doubt,
			Example: c.Example, Read: c.Read, Own: records.OwnField(c.Name)}
		for _, as := range plan.Mapping.Conversions(c.Field) {
			column.Conversions = append(column.Conversions, pages.Option{Value: string(as), Label: as.Label()})
		}
		column.Recognized = c.Settled.Label()
		return column
	})
}

func foundOf(f records.Found) pages.UploadFound {
	return pages.UploadFound{Text: f.Text, Yours: f.Yours, Write: f.Write, Lines: f.Lines, First: f.First}
}

func rowOf(p records.Preview) pages.UploadRow {
	return pages.UploadRow{Number: p.Number, Record: p.Record, Wrong: p.Wrong}
}
