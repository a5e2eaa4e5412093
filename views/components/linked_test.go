package components_test

import (
	"context"
	"strings"
	"testing"

	"dojo/views/components"
)

func TestLinked(t *testing.T) {
	link := func(address string) string {
		return `<a href="` + address + `" rel="noopener noreferrer nofollow">` + address + `</a>`
	}
	for text, want := range map[string]string{
		"See https://shop.example/a?b=1&c=2.": "See " + link("https://shop.example/a?b=1&amp;c=2") + ".",
		"(http://a.example/x), twice: https://b.example/(y)!": "(" + link("http://a.example/x") + "), twice: " +
			link("https://b.example/(y)") + "!",
		`<a href="https://x.example">x</a>`:            "&lt;a href=&#34;" + link("https://x.example") + "&#34;&gt;x&lt;/a&gt;",
		"javascript:alert(1) https:// ftp://a.example": "javascript:alert(1) https:// ftp://a.example",
		"https://bank.example@evil.example/":           "https://bank.example@evil.example/",
		"<script>alert(1)</script>\n":                  "&lt;script&gt;alert(1)&lt;/script&gt;\n",
	} {
		var out strings.Builder
		if err := components.Linked(text).Render(context.Background(), &out); err != nil || out.String() != want {
			t.Errorf("%q becomes\n%s\nnot\n%s\n%v", text, out.String(), want, err)
		}
	}
}
