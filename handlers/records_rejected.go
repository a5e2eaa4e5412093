package handlers

import (
	"encoding/csv"
	"io"
	"strings"

	"dojo/models"
	"dojo/records"
)

// UploadRejected is the lines of a chosen file that are rejected, with why: a table with the same header, to be mended
// and uploaded; of JSON Lines, the records with what is wrong as one member more.
func (h *Handlers) UploadRejected(of models.Collection) func(v *EnvironmentVisit) error {
	return func(v *EnvironmentVisit) error {
		file, plan, err := v.chosen(of)
		if err != nil {
			return err
		}
		v.takeTime(longAnswer)
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
		as, err := v.file(&plan, source)
		if err != nil {
			return err
		}
		if !as.Reading.Format.IsTable() {
			attach(v.Visit, of.Many()+"-rejected.jsonl", formats["jsonl"].contentType)
			return rejectedLines(as, v.Response())
		}
		attach(v.Visit, of.Many()+"-rejected.csv", "text/csv; charset=utf-8")
		return rejectedRows(as, csv.NewWriter(v.Response()))
	}
}

func rejectedLines(file records.File, out io.Writer) error {
	for line, err := range file.Lines() {
		if err != nil {
			return err
		}
		if len(line.Faults) == 0 {
			continue
		}
		if _, err := out.Write(append(line.WithReason(), '\n')); err != nil {
			return err
		}
	}
	return nil
}

func rejectedRows(file records.File, out *csv.Writer) error {
	header := each(file.Mapping.Columns, func(c records.Column) string { return c.Name })
	if err := out.Write(append(header, records.Reason)); err != nil {
		return err
	}
	for line, err := range file.Lines() {
		if err != nil {
			return err
		}
		if len(line.Faults) == 0 {
			continue
		}
		cells := make([]string, len(header), len(header)+1)
		for i := range min(len(cells), len(line.Cells)) {
			cells[i] = records.Harmless(line.Cells[i])
		}
		if err := out.Write(append(cells, strings.Join(line.Wrong(), " · "))); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
