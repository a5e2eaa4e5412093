package models_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"dojo/models"
)

var update = flag.Bool("update", false, "write docs/refusals.md again")

const refusalsPage = "../docs/refusals.md"

// TestRefusalsAreDocumented: docs/refusals.md is what the table says.
func TestRefusalsAreDocumented(t *testing.T) {
	page := documented(models.Checks())
	if *update {
		if err := os.WriteFile(refusalsPage, page, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(refusalsPage)
	if err != nil || !bytes.Equal(written, page) {
		t.Errorf("docs/refusals.md is not what the table of refusals says (%v): run make generate", err)
	}
}

func documented(checks []models.Check) []byte {
	var page bytes.Buffer
	page.WriteString(`# Refused requests

<!-- Written by make generate from models/refusal.go. Do not edit. -->

Every request to the API that needs a key passes these checks, in this order. The first that fails decides the
answer, whose body is JSON with the message and, where there is one, the code. Several failures share one answer on
purpose: who tries keys is not told which of them exist. The key's team is told more, in the dashboard under *Usage*.

| # | what is checked | outcome | status | code |
|---|---|---|---|---|
`)
	for i, check := range checks {
		for _, r := range check.Refusals {
			fmt.Fprintf(&page, "| %d | %s | [%s](#%s) | %d | %s |\n", i+1, check.Passed, r.Outcome, r.Outcome, r.Status,
				code(r.Code))
		}
	}
	for _, check := range checks {
		for _, r := range check.Refusals {
			fmt.Fprintf(&page, "\n## %s\n\n**%s.** %s\n\n", r.Outcome, r.Failed, r.Why)
			fmt.Fprintf(&page, "The answer is %d", r.Status)
			if r.Code != "" {
				fmt.Fprintf(&page, ", `%s`", r.Code)
			}
			fmt.Fprintf(&page, ": “%s”\n\n", r.Message(models.Production))
			for _, fix := range r.Fixes {
				fmt.Fprintf(&page, "- %s\n", strings.ReplaceAll(fix.Text, "{origin}", "the origin"))
			}
		}
	}
	return page.Bytes()
}

func code(code string) string {
	if code == "" {
		return ""
	}
	return "`" + code + "`"
}
