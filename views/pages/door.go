package pages

import "github.com/a-h/templ"

// shownSlug stands in an example address for a name that was not chosen yet.
func shownSlug(slug string) string {
	if slug == "" {
		return "your-team"
	}
	return slug
}

// suggestedFrom has the script fill the field from another one, until somebody types into it.
func suggestedFrom(id string) templ.Attributes {
	if id == "" {
		return nil
	}
	return templ.Attributes{"data-suggested-from": id}
}

// describedBy ties a field to its hint, and to what is wrong with it.
func describedBy(id, wrong string) templ.Attributes {
	if wrong == "" {
		return templ.Attributes{"aria-describedby": id + "-hint"}
	}
	return templ.Attributes{"aria-describedby": id + "-hint " + id + "-error", "aria-invalid": "true",
		"autofocus": true}
}
