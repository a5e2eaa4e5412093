package components_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"dojo/views/components"
)

// However odd the text is, it reads as it was, and nothing of it becomes markup.
func TestJSONKeepsTheText(t *testing.T) {
	for text, classes := range map[string]string{
		`{"a":"b<script>\"\\","n":-1.5e+3,"t":[true,null,{}]}`: "name text name number name word word",
		`{"<b>":1}`: "name number",
		`not "JSON`: "word text",
		"":          "",
		`"\`:        "text",
		"é\x00{":    "",
	} {
		var page bytes.Buffer
		if err := components.JSON("record", text).Render(context.Background(), &page); err != nil {
			t.Fatal(err)
		}
		document, err := html.Parse(&page)
		if err != nil {
			t.Fatal(err)
		}
		var words, found []string
		for node := range document.Descendants() {
			switch {
			case node.Type == html.TextNode:
				words = append(words, node.Data)
			case node.Data == "span":
				found = append(found, strings.TrimPrefix(node.Attr[0].Val, "json-"))
			case node.Data == "script" || node.Data == "b":
				t.Errorf("%q made markup", text)
			}
		}
		if got := strings.TrimSpace(strings.Join(words, "")); got != strings.TrimSpace(
			strings.ReplaceAll(components.Indented(text), "\x00", "\uFFFD")) &&
			got != strings.ReplaceAll(text, "\x00", "") {
			t.Errorf("%q reads %q", text, got)
		}
		if got := strings.Join(found, " "); got != classes {
			t.Errorf("%q has the classes %q; want %q", text, got, classes)
		}
	}
}
