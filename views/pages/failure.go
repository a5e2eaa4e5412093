package pages

import (
	"fmt"
	"net/http"
	"time"

	"dojo/words"
)

// Failure is the page of an error status. Without Heading and Message the page
// has wording of its own for 403, 404, 405, 409, 413, 421, 422, 429, 500 and 503.
type Failure struct {
	Base
	Status  int
	Heading string
	Message string
	// RequestID finds the log line; shown on 500 and 503.
	RequestID string
	// Again is the address of the page to try again on.
	Again string
	// Wait is how long to wait before trying again; zero when unknown.
	Wait time.Duration

	// Database says that the database is the reason.
	Database bool
	// Sent says that the request would have changed something, and may have.
	Sent bool
	// Trusted is how long keys are checked from memory yet, without the database.
	Trusted time.Duration
}

// wording is what the page says about a status when nothing better is known.
type wording struct {
	heading string
	message string
}

var failures = map[int]wording{
	403: {"You may not do this",
		"Your role in the team does not allow it, and nothing was changed. Ask an owner or admin of the team."},
	404: {"There is nothing here", "The address may be mistyped, or it belongs to a team that you are not in."},
	405: {"This address works differently",
		"The page does not take this kind of request. Go back and use its buttons."},
	409: {"Someone was faster",
		"This was changed by someone else in the meantime, and your change was not made. Go back, reload the page " +
			"and look again."},
	413: {"That is too much at once", "What was sent is larger than Dojo takes, and nothing was changed. Send less."},
	421: {"Dojo is not at this address",
		"This server does not answer under the host name in the address. Use the address you were given."},
	422: {"Something in the form is not right", "Nothing was changed. Go back and check what you entered."},
	429: {"Too many requests", "Dojo answers a limited number of requests in a while, and nothing was changed."},
	503: {"Dojo cannot reach its database",
		"Nothing was changed. It usually comes back by itself within seconds: try again."},
}

var internalFailure = wording{"Something went wrong on our side",
	"The error is in the log. If you were changing something, look at the page before you try again."}

func (p Failure) wording() wording {
	if w, ok := failures[p.Status]; ok {
		return w
	}
	return internalFailure
}

func (p Failure) heading() string {
	if p.Heading != "" {
		return p.Heading
	}
	return p.wording().heading
}

func (p Failure) message() string {
	if p.Message != "" {
		return p.Message
	}
	if p.Database && p.Sent {
		return "Whether what you sent was done cannot be known now. The database usually comes back by itself within " +
			"seconds: look at the page then, before you try again."
	}
	return p.wording().message
}

// meanwhile says what holds while the database is away.
func (p Failure) meanwhile() string {
	const stale = " A page that you have open may be out of date."
	if p.Trusted < time.Second {
		return "Until it is back, no key is accepted: the API answers 503." + stale
	}
	return "Meanwhile keys are checked by what was known before, for " + words.Span(p.Trusted) +
		" at most; then the API answers 503." + stale
}

func (p Failure) statusText() string {
	return fmt.Sprintf("%d %s", p.Status, http.StatusText(p.Status))
}
