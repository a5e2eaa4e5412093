package records

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// maxLines is how many lines a rejection has before it goes on with a single line for each further bad record.
const maxLines = 100

// Rejection is the answer to an upload of which nothing was accepted. It marshals to the body that clients expect.
type Rejection struct {
	// Status is the HTTP status: 422, or 413 when there are too many records.
	Status int
	// Message says in one sentence what is wrong with the request as a whole.
	Message string
	// Lines has at least one line for each bad record, by index and then by path; none if the body itself is at fault.
	// There are at most 100, and then one for each further bad record.
	Lines []string
}

// Error implements error.
func (r *Rejection) Error() string { return r.Message }

// MarshalJSON gives {"errors":true,"message":…,"data":[lines]}, or {"message":…,"code":"too_large","errors":true} for a
// 413.
func (r *Rejection) MarshalJSON() ([]byte, error) {
	if r.Status == http.StatusRequestEntityTooLarge {
		return json.Marshal(struct {
			Message string `json:"message"`
			Code    string `json:"code"`
			Errors  bool   `json:"errors"`
		}{r.Message, "too_large", true})
	}
	lines := r.Lines
	if lines == nil {
		// Clients loop over data without looking for null.
		lines = []string{}
	}
	return json.Marshal(struct {
		Errors  bool     `json:"errors"`
		Message string   `json:"message"`
		Data    []string `json:"data"`
	}{true, r.Message, lines})
}

// badBody refuses a body in which no records could be found: why, and what to send instead.
func badBody(why, expected string) *Rejection {
	return &Rejection{
		Status:  http.StatusUnprocessableEntity,
		Message: fmt.Sprintf("The request body %s. Send a JSON object of the form %s.", why, expected),
	}
}

func tooMany(limit int) *Rejection {
	return &Rejection{
		Status:  http.StatusRequestEntityTooLarge,
		Message: fmt.Sprintf("The request has more than %d records. Send them in several requests.", limit),
	}
}

// lineList gathers the lines of a rejection while the records are gone through in order.
type lineList []string

// add takes the lines of one bad record. Past the limit the first stands for all, because a client that is to send the
// good records again must learn of every bad one.
func (l *lineList) add(lines []string) {
	room := max(1, maxLines-len(*l))
	*l = append(*l, lines[:min(room, len(lines))]...)
}

// rejection is nil if there is no line.
func (l lineList) rejection(message string) *Rejection {
	if len(l) == 0 {
		return nil
	}
	return &Rejection{Status: http.StatusUnprocessableEntity, Message: message, Lines: l}
}
