package pages

import "github.com/a-h/templ"

// live has the part of a page with the id refresh itself: every so often ("5s") it asks for the
// page at the address, and takes itself from there if it has changed (handlers/refresh.go). It
// rests while nobody looks at the page (app.js).
func live(id, address, every string) templ.Attributes {
	return templ.Attributes{
		"data-hx-get": address, "data-hx-trigger": "every " + every, "data-hx-target": "#" + id,
		"data-hx-select": "#" + id, "data-hx-swap": "outerMorph",
	}
}
