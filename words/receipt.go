package words

import (
	"strings"

	"dojo/models"
)

// Progress says how far a change has come that is not settled: how many processes act on
// it, and when the others will at the latest.
func Progress(receipt models.Receipt) string {
	confirmed := len(receipt.Processes)
	all := confirmed + len(receipt.Waiting)
	text := Count(confirmed) + " of " + Count(all) + " processes so far."
	latest := receipt.AtTheLatest()
	if latest.IsZero() {
		return text
	}
	rest := "The other one"
	if len(receipt.Waiting) > 1 {
		rest = "The others"
	}
	return text + " " + rest + " at the latest at " + latest.UTC().Format("15:04:05") + " UTC, when " +
		strings.ToLower(lease(len(receipt.Waiting))) + "."
}

func lease(n int) string {
	if n == 1 {
		return "its lease ends"
	}
	return "their leases end"
}
