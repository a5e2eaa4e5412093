package journey

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// mail is one that the server has written into its log, for want of a mail
// server.
type mail struct{ Msg, To, Subject, Text string }

// readsMail waits for the next mail with the subject to the address, as if the
// person looked into the mailbox, and returns the address of the page that its
// link leads to.
func (p *person) readsMail(to, subject string) string {
	p.t.Helper()
	return eventually(p, "the mail to "+to, func(context.Context) (string, error) {
		var others []string
		for line := range strings.Lines(p.site.log.String()) {
			var m mail
			if json.Unmarshal([]byte(line), &m) != nil || !strings.HasPrefix(m.Msg, "mail (") {
				continue
			}
			if m.To != to || m.Subject != subject || p.site.read[line] {
				others = append(others, m.To+": "+m.Subject)
				continue
			}
			p.site.read[line] = true
			return m.path(p.site.origin)
		}
		return "", fmt.Errorf("there is no new one about %q, only %q", subject, others)
	})
}

// path returns where the mail's own link leads to on the site.
func (m mail) path(origin string) (string, error) {
	for line := range strings.Lines(m.Text) {
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), origin); ok {
			return path, nil
		}
	}
	return "", fmt.Errorf("the mail has no link to the site:\n%s", m.Text)
}
