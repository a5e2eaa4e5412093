package api

import (
	"fmt"
	"net/http"
	"strings"
	"unicode/utf16"

	"github.com/labstack/echo/v4"

	"dojo/models"
)

// Verify says whether a key is good: 200 with its team, or the refusal. A trusted
// proxy that asks before it lets a request pass (nginx's auth_request, Caddy's
// forward_auth, Traefik's ForwardAuth) tells in headers which request that is, and
// the answer is about that one. For everybody else it is about the key alone, which
// ?for=request rules out.
func (a *API) Verify(c echo.Context) error {
	r, v := c.Request(), visitOf(c)
	v.checked = true
	v.shown.inRequest(r)
	must, nearly := mustBeRequest(r.URL.RawQuery)
	if nearly {
		return wrongFor.sendToProxy(v)
	}
	asked, refusal := a.forwarded(r, must)
	switch {
	case refusal != nil:
		return refusal.sendToProxy(v)
	case asked == nil:
		return a.verifyKey(v)
	}
	v.shown.inQuery(asked.query)
	v.method, v.path = asked.method, asked.path
	v.request = requestOf(r, asked.method, asked.path, asked.query)
	if must && v.request.Fault == "" && asked.isPreflightOf(r) {
		v.checked = false
		// empty, for Caddy, which passes on the name of what is not there
		describe(v.Response().Header(), &models.Grant{})
		return v.NoContent(http.StatusOK)
	}
	a.check(v, false)
	if v.found.Outcome != models.Accepted {
		if v.request.Interactions {
			allowPage(v.Response().Header(), v.request.Origin, &v.found)
		}
		refusal, err := v.refusal()
		if err != nil {
			return err
		}
		return refusal.sendToProxy(v)
	}
	describe(v.Response().Header(), &v.found.Grant)
	// The Accept header is that of the proxy's client, and a body would make nginx
	// drop its connection to Dojo.
	return v.NoContent(http.StatusOK)
}

// verifyKey answers a check of the key alone.
func (a *API) verifyKey(v *visit) error {
	a.check(v, true)
	if v.found.Outcome != models.Accepted {
		return v.refuse()
	}
	describe(v.Response().Header(), &v.found.Grant)
	if strings.Contains(v.Request().Header.Get("Accept"), "application/json") {
		return describeInBody(v, &v.found.Grant)
	}
	return v.NoContent(http.StatusOK)
}

// sendToProxy sends a refusal with its body in the header X-Dojo-Refusal too: nginx's
// auth_request passes on nothing but headers.
func (a answer) sendToProxy(v *visit) error {
	v.Response().Header()["X-Dojo-Refusal"] = []string{inASCII(a.body)}
	return a.send(v)
}

// inASCII is JSON that a header can hold.
func inASCII(body []byte) string {
	var text strings.Builder
	for _, r := range string(body) {
		switch {
		case r < 0x7f:
			text.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&text, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&text, `\u%04x`, r)
		}
	}
	return text.String()
}

// describe says in headers which team's key it is, and which one.
func describe(header http.Header, grant *models.Grant) {
	values := [...]string{grant.TeamSlug, string(grant.Environment), string(grant.Kind), grant.KeyID}
	header["X-Dojo-Team"] = values[0:1:1]
	header["X-Dojo-Environment"] = values[1:2:2]
	header["X-Dojo-Key-Kind"] = values[2:3:3]
	header["X-Dojo-Key-Id"] = values[3:4:4]
}

func describeInBody(c echo.Context, grant *models.Grant) error {
	return answer{http.StatusOK, encode(struct {
		Team        string                 `json:"team"`
		Environment models.EnvironmentKind `json:"environment"`
		KeyKind     models.KeyKind         `json:"key_kind"`
		KeyID       string                 `json:"key_id"`
	}{grant.TeamSlug, grant.Environment, grant.Kind, grant.KeyID})}.send(c)
}
