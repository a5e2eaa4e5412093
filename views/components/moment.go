package components

import "time"

// exactly writes a time to the second, for the title of a shorter form.
func exactly(t time.Time) string {
	return t.UTC().Format("Monday, 2 January 2006, 15:04:05 UTC")
}
