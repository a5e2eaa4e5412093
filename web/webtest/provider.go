package webtest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

const CallbackPath = "/login/oidc/callback"

var ProviderForm = regexp.MustCompile(`name="id" value="([^"]+)"`)

// AtProvider signs in at the provider that the page leads to, and comes back.
func (p *Page) AtProvider(name string) *Page {
	t := p.Browser.Site.T
	t.Helper()
	to := strings.TrimPrefix(p.Expect(http.StatusOK, "Going to Example Login").Header.Get("Refresh"), "0; url=")
	jar, _ := cookiejar.New(nil)
	provider := &http.Client{Jar: jar, CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		if next.URL.Path == CallbackPath {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	response, err := provider.Get(to)
	p.Browser.Site.Ok(err)
	body, err := io.ReadAll(response.Body)
	p.Browser.Site.Ok(err)
	response.Body.Close()
	id := ProviderForm.FindSubmatch(body)
	if id == nil {
		t.Fatalf("no form to sign in with at the provider, but %d %s", response.StatusCode, body)
	}
	form := url.Values{"id": {string(id[1])}, "username": {name}, "password": {Password}}
	response, err = provider.PostForm(p.Browser.Site.Config.OIDCIssuer+"/login/username", form)
	p.Browser.Site.Ok(err)
	response.Body.Close()
	back, err := response.Location()
	p.Browser.Site.Ok(err)
	return p.Browser.Get(back.RequestURI())
}
