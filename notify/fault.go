package notify

import (
	"errors"
	"fmt"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// fault is why a mail was not sent. Its reason is kept with the mail and shown
// at the desk, and so it holds neither what the mail says nor the password of
// the mail server.
type fault struct {
	reason      string
	unreachable bool // other mails would fare no better now
}

// explain says in words for an engineer what err means. A mail server may quote
// in its answer what it was sent; where it does, or could, its words are left
// out.
func explain(err error, secrets ...string) *fault {
	if open, ok := errors.AsType[*openError](err); ok {
		return explainOpening(open)
	}
	refusal, ok := errors.AsType[*gomail.SendError](err)
	if !ok || refusal.ErrorCode() == 0 {
		return &fault{reason: "The connection to the mail server broke while the message was sent. It may have arrived.", unreachable: true}
	}
	switch refusal.Reason {
	case gomail.ErrSMTPMailFrom:
		return &fault{reason: "The mail server refused the sender: " + answer(refusal, secrets)}
	case gomail.ErrSMTPRcptTo:
		return &fault{reason: "The mail server refused the recipient: " + answer(refusal, secrets)}
	}
	return &fault{reason: fmt.Sprintf("The mail server refused the message: %s.",
		code(refusal.ErrorCode(), refusal.EnhancedStatusCode()))}
}

func explainOpening(err *openError) *fault {
	if refusal, ok := errors.AsType[*textproto.Error](err.error); ok {
		return &fault{reason: fmt.Sprintf(
			"The mail server did not let Dojo in: %d. Check the user name and password of DOJO_SMTP_URL.",
			refusal.Code), unreachable: true}
	}
	return &fault{reason: "The mail server could not be used: " + line(err.Error(), maxReason), unreachable: true}
}

// maxReason is the longest text of others in a reason, in characters.
const maxReason = 200

// answer is the server's code and words, or its code alone when the words give
// away a secret. go-mail keeps them only in the middle of its own, and
// net/textproto in quotation marks.
func answer(refusal *gomail.SendError, secrets []string) string {
	bare := code(refusal.ErrorCode(), refusal.EnhancedStatusCode())
	said := strings.TrimPrefix(refusal.Error(), refusal.Reason.String()+": ")
	said, _, _ = strings.Cut(said, ", affected ")
	number, quoted, _ := strings.Cut(said, " ")
	words, err := strconv.Unquote(quoted)
	if err != nil || slices.ContainsFunc(secrets,
		func(secret string) bool { return secret != "" && strings.Contains(words, secret) }) {
		return bare
	}
	return line(number+" "+words, maxReason)
}

func code(basic int, enhanced string) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", basic, enhanced))
}
