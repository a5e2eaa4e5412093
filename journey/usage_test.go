package journey

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestUse: who uses a team's keys, and what is done about it. A refused request is
// explained and set right, a replaced key's last user is found, a leak is resolved,
// and a page of another origin is locked out.
func TestUse(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade := s.signIn(t, "ade@acme.example")
	ade.open("/t/acme/development/keys")
	old := ade.viewsSecret()
	explainsARefusal(ade, old)
	locksAnOriginOut(ade)
	resolvesALeak(ade, findsWhoHoldsTheOldKey(ade, old))
}

// sends sends a request to the API as a program of a customer's.
func (s *site) sends(t *testing.T, method, path, key string, headers ...string) (status int, id string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.origin+path,
		strings.NewReader(`{"data":[{"type":"home_page_view","user_id":"visitor-7"}]}`))
	must(t, err)
	request.Header.Set("User-Agent", "shop-sync/2.4.1")
	if key != "" {
		request.Header.Set("X-API-KEY", key)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	must(t, err)
	defer response.Body.Close()
	return response.StatusCode, response.Header.Get("X-Request-Id")
}

// explainsARefusal pastes the id of a request with a cut key, and goes where that
// is set right.
func explainsARefusal(p *person, key string) {
	p.t.Helper()
	status, id := p.site.sends(p.t, http.MethodPost, "/v1/interactions", key[:39])
	if status != http.StatusUnauthorized {
		p.t.Fatalf("a cut key got %d", status)
	}
	p.nav("Usage").follow()
	p.find("textbox", "Explain a request").fill("X-Request-Id: " + id)
	p.find("button", "Explain").follow()
	p.isAt("/t/acme/development/usage/requests/" + id)
	p.find("heading", "Refused: not a key").isThere()
	p.says("What was given cannot be a key", "Copy the key anew, whole.")
	p.examines("usage-request-refused")
	p.find("region", "Why, and what to do").find("link", "API keys").follow()
	p.find("region", "Secret key").isThere()
}

// findsWhoHoldsTheOldKey replaces the key in peace, and sees who has not exchanged
// it yet, before and after it stops working. It returns the new key.
func findsWhoHoldsTheOldKey(p *person, old string) (fresh string) {
	p.t.Helper()
	p.site.sends(p.t, http.MethodPost, "/v1/interactions", old)
	p.open("/t/acme/development/keys")
	dialog := p.opensRevocation()
	dialog.says("This key was used")
	p.examines("revoke-dialog-used")
	dialog.find("radio", "After a grace period").press()
	dialog.find("combobox", "Grace period").choose("1 hour")
	dialog.find("button", "Revoke and get a new key").follow()
	fresh = p.viewsSecret()
	p.site.clock.pass(10 * time.Minute)
	p.site.sends(p.t, http.MethodPost, "/v1/interactions", old)
	p.open("/t/acme/development/keys")
	previous := p.find("region", "Previous keys")
	previous.says("50 min left", "Still using it since it was replaced", "shop-sync 2.4")
	p.examines("keys-retiring-used")
	p.site.clock.pass(50 * time.Minute)
	p.site.sends(p.t, http.MethodPost, "/v1/interactions", old)
	p.open("/t/acme/development/keys")
	previous.says("1 refused attempt in the last 7 days", "shop-sync 2.4")
	p.examines("keys-revoked-tried")
	return fresh
}

// resolvesALeak: a secret key in a URL is told of, until somebody marks it as resolved, or accepts it for the program:
// then it is a line beside the key.
func resolvesALeak(p *person, key string) {
	p.t.Helper()
	p.site.sends(p.t, http.MethodGet, "/v1/products/_ids?api_key="+key, "")
	p.nav("Overview").follow()
	leak := p.find("region", "The secret key is sent in URLs")
	leak.says("1 request", "shop-sync 2.4", "Send it in the X-API-KEY header instead.")
	p.examines("overview-exposed")
	leak.find("button", "Mark as resolved").follow()
	p.find("status", "").says("Noted")
	leak.isGone()

	p.site.clock.pass(time.Second)
	p.site.sends(p.t, http.MethodGet, "/v1/products/_ids?api_key="+key, "")
	p.nav("API keys").follow()
	leak.find("button", "Accept for this program").follow()
	p.find("status", "").says("Accepted for")
	leak.isGone()
	p.find("DisclosureTriangle", "Sent in URLs by *").press()
	p.says("Accepted by Ade Balogun")
	p.examines("keys-accepted")
	p.find("button", "Undo").follow()
	leak.isThere()
	leak.find("button", "Mark as resolved").follow()
}

// locksAnOriginOut lists the shop's own pages, and nobody else's get in any more.
func locksAnOriginOut(p *person) {
	p.t.Helper()
	p.open("/t/acme/development/keys")
	key := keyPattern.FindString(p.find("region", "Publishable key").text())
	from := func(origin string) int {
		status, _ := p.site.sends(p.t, http.MethodPost, "/v1/interactions", key, "Origin: "+origin)
		return status
	}
	if status := from("https://elsewhere.example"); status != http.StatusOK {
		p.t.Fatalf("before the list another origin gets %d", status)
	}
	p.nav("Environment settings").follow()
	p.examines("environment-settings")
	p.find("textbox", "Origins").fill("https://shop.acme.example/cart")
	p.find("button", "Save").followTo(422)
	p.examines("environment-settings-wrong")
	p.find("textbox", "Origins").fill("https://shop.acme.example")
	p.find("button", "Save").follow()
	p.find("status", "").says("Saved")
	if own, other := from("https://shop.acme.example"), from("https://elsewhere.example"); own != http.StatusOK ||
		other != http.StatusForbidden {
		p.t.Errorf("the shop's origin gets %d, another one %d", own, other)
	}
	p.nav("Usage").follow()
	p.says("Refused: the origin is not allowed")
	p.examines("usage")
	p.find("combobox", "Outcome").choose("Refused, for any reason")
	p.find("button", "Filter").follow()
	p.find("link", "30 days").follow()
	p.find("region", "In short").says("100%")
	p.examines("usage-month-refused")
	p.find("textbox", "Path").fill("/v1/products")
	p.find("button", "Filter").follow()
	p.says("known only of requests that are kept one by one")
	p.examines("usage-kept")
	p.find("region", "Recent requests").isThere()
	p.find("textbox", "Status").fill("teapot")
	p.find("button", "Filter").follow()
	p.says("Write a status as 404", "Nothing is shown")
	p.examines("usage-range-wrong")
	p.find("textbox", "Status").fill("")
	p.find("button", "Filter").follow()
	p.find("region", "Recent requests").isThere()
}
