package notify

import (
	_ "embed"
	"html/template"
	"strings"
	texttemplate "text/template"
)

//go:embed mail.txt.tmpl
var textSource string

//go:embed mail.html.tmpl
var htmlSource string

var (
	textTemplate = texttemplate.Must(texttemplate.New("text").Parse(textSource))
	htmlTemplate = template.Must(template.New("html").Parse(htmlSource))
)

// text is the mail as plain text, and html the same as a page without images,
// scripts or anything to load. A template of strings does not fail.
func (w wording) text() string {
	var out strings.Builder
	if err := textTemplate.Execute(&out, w); err != nil {
		panic(err)
	}
	return out.String()
}

func (w wording) html() string {
	var out strings.Builder
	if err := htmlTemplate.Execute(&out, w); err != nil {
		panic(err)
	}
	return out.String()
}
