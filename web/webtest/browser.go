package webtest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"

	"dojo/models"
	"dojo/session"
)

// Browser keeps cookies and follows no redirect by itself.
type Browser struct {
	Site   *Site
	Client *http.Client
}

// Visitor is a browser without a cookie.
func (s *Site) Visitor() *Browser {
	jar, _ := cookiejar.New(nil) // never fails without options
	return &Browser{Site: s, Client: &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// As is a browser in which the person has signed in.
func (s *Site) As(person models.Actor) *Browser {
	s.T.Helper()
	b := s.Visitor()
	b.SetCookie(s.Cookie(person))
	return b
}

// Cookie signs the person in past the form, which is slow on purpose.
func (s *Site) Cookie(person models.Actor) *http.Cookie {
	s.T.Helper()
	answer := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, "/login", nil)
	checked, err := s.Server.Store.SessionUser(s.T.Context(), person.UserID)
	if err != nil {
		s.T.Fatal(err)
	}
	if err := session.New(s.Server.Store, false).SignIn(answer, request, person, checked); err != nil {
		s.T.Fatal(err)
	}
	return answer.Result().Cookies()[0]
}

// SetCookie gives the browser a cookie of the site.
func (b *Browser) SetCookie(cookie *http.Cookie) {
	here, _ := url.Parse(b.Site.Url) // an address of httptest
	b.Client.Jar.SetCookies(here, []*http.Cookie{cookie})
}

// Get asks for a page. Headers are written as for Send.
func (b *Browser) Get(path string, headers ...string) *Page {
	b.Site.T.Helper()
	return b.Send(http.MethodGet, path, "", headers...)
}

// Post sends a form. Headers are written as for Send.
func (b *Browser) Post(path string, form url.Values, headers ...string) *Page {
	b.Site.T.Helper()
	return b.Send(http.MethodPost, path, form.Encode(), headers...)
}

// Send sends a request; headers are written "Name: value", and Host counts as
// one. The body is a form unless a header says otherwise.
func (b *Browser) Send(method, path, body string, headers ...string) *Page {
	b.Site.T.Helper()
	if body != "" {
		headers = append([]string{"Content-Type: application/x-www-form-urlencoded"}, headers...)
	}
	return b.send(method, path, strings.NewReader(body), headers...)
}

func (b *Browser) send(method, path string, body io.Reader, headers ...string) *Page {
	b.Site.T.Helper()
	request, err := http.NewRequest(method, b.Site.Url+path, body)
	if err != nil {
		b.Site.T.Fatal(err)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		if name == "Host" {
			request.Host = value
			continue
		}
		request.Header.Set(name, value)
	}
	response, err := b.Client.Do(request)
	if err != nil {
		b.Site.T.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		b.Site.T.Fatal(err)
	}
	return readPage(b, path, response, string(text))
}
