package layout

import "dojo/static"

// Preload is a page's Link header (RFC 8288): with it a browser asks for the stylesheet before it has read the page.
var Preload = "<" + static.URL("app.css") + ">; rel=preload; as=style"

// laterScripts are the addresses of the scripts that app.js asks for once the page is there, with spaces between them.
func (b Base) laterScripts() string {
	scripts := static.URL("vendor/htmx-4.0.1.min.js")
	if b.Person != nil {
		scripts += " " + static.URL("palette.js")
	}
	return scripts
}
