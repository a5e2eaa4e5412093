// Package components holds the parts that pages are made of: icons, badges,
// times, form fields, snippets, empty states. They know nothing of a page.
package components

import (
	"context"
	"fmt"
	"io"

	"github.com/a-h/templ"
)

//go:generate go run ./internal/icons

// Icon draws the named lucide icon at the size of the text around it. It is
// decoration: the words beside it carry the meaning. An unknown name is an error
// of the rendering.
func Icon(name string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		inside, ok := icons[name]
		if !ok {
			return fmt.Errorf("components: no icon %q", name)
		}
		_, err := io.WriteString(w,
			`<svg class="icon" width="16" height="16" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">`+inside+`</svg>`)
		return err
	})
}

// EnvironmentIcon is the icon of an environment, given its slug.
func EnvironmentIcon(slug string) string {
	switch slug {
	case "playground":
		return "sprout"
	case "development":
		return "flask-conical"
	}
	return "globe"
}
