package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"dojo/web"
	"dojo/web/webtest"
)

// TestFormsThatNoPageSends: each form is refused as a whole, in words, and
// nothing is done.
func TestFormsThatNoPageSends(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		sol, ade := s.As(s.Sol), s.As(s.Ade)
		var uploaded bytes.Buffer
		parts := multipart.NewWriter(&uploaded)
		for _, name := range []string{"when", "reason", "use_case", "note", "key"} {
			if err := parts.WriteField(name, "now\x00"); err != nil {
				t.Fatal(err)
			}
		}
		if err := parts.Close(); err != nil {
			t.Fatal(err)
		}
		posts(s, func(address, form string) {
			if strings.HasSuffix(address, "/upload") {
				return // reads its form itself: see TestUploadsThatAreRefused
			}
			who := ade
			if strings.HasPrefix(address, "/desk") {
				who = sol
			}
			s.Unchanged(t, address+" with a form that no page sends", func() {
				for _, test := range []struct {
					what, form, kind string
					status           int
					says             string
				}{
					{"a NUL character", form + "&x=a%00b", "", 422, "a character that cannot be kept"},
					{"a NUL character in a name", form + "&a%00b=x", "", 422, "a character that cannot be kept"},
					{"bytes that are no text", form + "&x=%ff", "", 422, "a character that cannot be kept"},
					{"a broken encoding", form + "&x=%zz", "", 422, "not encoded as browsers encode forms"},
					{"too much", form + "&x=" + strings.Repeat("x", web.MaxForm), "", 413, "That is too much at once"},
					{"parts", uploaded.String(), parts.FormDataContentType(), 422,
						"multipart/form-data, which Dojo reads only where"},
				} {
					kind := test.kind
					if kind == "" {
						kind = "application/x-www-form-urlencoded"
					}
					p := who.Send(http.MethodPost, address, test.form, "Content-Type: "+kind)
					if p.Status != test.status || !strings.Contains(webtest.Words(p.Root), test.says) {
						t.Errorf("%s with %s: %d %s", address, test.what, p.Status, webtest.Words(p.Root))
					}
				}
			})
		})
	})
}

// TestALinkFillsInNoForm: what a form is about stands in its body.
func TestALinkFillsInNoForm(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	s.Unchanged(t, "a form without its fields", func() {
		ade.Send(http.MethodPost, webtest.RequestsPath+"?use_case=Ours", "").Expect(http.StatusUnprocessableEntity)
		ade.Send(http.MethodPost, webtest.KeysPath+"?kind=secret", "").Expect(http.StatusNotFound)
		s.Visitor().Send(http.MethodPost, "/login?email=ade@acme.example&password=correct+horse+battery+staple", "").
			Expect(http.StatusUnprocessableEntity)
		ade.Send(http.MethodPost, webtest.RequestsPath, `{"use_case":"Ours"}`, "Content-Type: application/json").
			Expect(http.StatusUnprocessableEntity)
	})
}

func TestAddressesThatAreNoText(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		ade, sol := s.As(s.Ade), s.As(s.Sol)
		for _, query := range []string{"q=%00", "q=a%00b", "a%00b=q", "q=%ff", "%ff=q", "who=%c3%28", "before=%00",
			"next=%00", "token=%00", "found=%00", "after=%ff"} {
			for _, path := range []string{"/t/acme/development/catalog", "/t/acme/development/activity", "/login",
				"/setup", "/"} {
				ade.Get(path+"?"+query).Expect(http.StatusNotFound, "There is nothing here")
			}
			for _, path := range []string{"/desk/teams", "/desk/compromise", "/desk/requests"} {
				sol.Get(path+"?"+query).Expect(http.StatusNotFound, "There is nothing here")
			}
		}
		sol.Get(webtest.CompromisePath+"?found=nothing").Expect(http.StatusNotFound, "There is nothing here")
	})
}
