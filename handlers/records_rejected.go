package handlers

import (
	"encoding/csv"
	"strconv"
	"strings"

	"dojo/models"
	"dojo/records"
)

// UploadRejected is the lines of a chosen file that are rejected, with why: a table with the same header, to be mended
// and uploaded. Those of JSON Lines are cells of a table.
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
		source, err := bytes.source()
		if err != nil {
			return err
		}
		defer source.Close()
		as, err := v.file(&plan, source)
		if err != nil {
			return err
		}
		attach(v.Visit, of.Many()+"-rejected.csv", "text/csv; charset=utf-8")
		return rejected(as, csv.NewWriter(v.Response()))
	}
}

const whatIsWrong = "what is wrong"

func rejected(file records.File, out *csv.Writer) error {
	table := file.Reading.Format != records.JSONLines
	header := each(file.Mapping.Columns, func(c records.Column) string { return c.Name })
	if !table {
		header = []string{"line", "record"}
	}
	if err := out.Write(append(header, whatIsWrong)); err != nil {
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
		if table {
			for i := range min(len(cells), len(line.Cells)) {
				cells[i] = records.Harmless(line.Cells[i])
			}
		} else {
			cells[0], cells[1] = strconv.Itoa(line.Number), strings.ToValidUTF8(string(line.Text), "�")
		}
		if err := out.Write(append(cells, strings.Join(line.Wrong(), " · "))); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
