package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

// TestFormsThatNoPageSends: each form is refused as a whole, in words, and
// nothing is done.
func TestFormsThatNoPageSends(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		sol, ade := s.as(s.Sol), s.as(s.Ade)
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
		s.posts(func(address, form string) {
			if strings.HasSuffix(address, "/upload") {
				return // reads its form itself: see TestUploadsThatAreRefused
			}
			who := ade
			if strings.HasPrefix(address, "/desk") {
				who = sol
			}
			for _, test := range []struct {
				what, form, kind string
				status           int
				says             string
			}{
				{"a NUL character", form + "&x=a%00b", "", 422, "a character that cannot be kept"},
				{"a NUL character in a name", form + "&a%00b=x", "", 422, "a character that cannot be kept"},
				{"bytes that are no text", form + "&x=%ff", "", 422, "a character that cannot be kept"},
				{"a broken encoding", form + "&x=%zz", "", 422, "not encoded as browsers encode forms"},
				{"too much", form + "&x=" + strings.Repeat("x", maxForm), "", 413, "That is too much at once"},
				{"parts", uploaded.String(), parts.FormDataContentType(), 422, "multipart/form-data, which Dojo reads only where"},
			} {
				s.unchanged(t, address+" with "+test.what, func() {
					kind := test.kind
					if kind == "" {
						kind = "application/x-www-form-urlencoded"
					}
					p := who.send(http.MethodPost, address, test.form, "Content-Type: "+kind)
					if p.status != test.status || !strings.Contains(words(p.root), test.says) {
						t.Errorf("%s with %s: %d %s", address, test.what, p.status, words(p.root))
					}
				})
			}
		})
	})
}

// TestALinkFillsInNoForm: what a form is about stands in its body.
func TestALinkFillsInNoForm(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	s.unchanged(t, "a form without its fields", func() {
		ade.send(http.MethodPost, requestsPath+"?use_case=Ours", "").expect(http.StatusUnprocessableEntity)
		ade.send(http.MethodPost, keysPath+"?kind=secret", "").expect(http.StatusNotFound)
		s.visitor().send(http.MethodPost, "/login?email=ade@acme.example&password=correct+horse+battery+staple", "").expect(http.StatusUnprocessableEntity)
		ade.send(http.MethodPost, requestsPath, `{"use_case":"Ours"}`, "Content-Type: application/json").expect(http.StatusUnprocessableEntity)
	})
}

func TestAddressesThatAreNoText(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		ade, sol := s.as(s.Ade), s.as(s.Sol)
		for _, query := range []string{"q=%00", "q=a%00b", "a%00b=q", "q=%ff", "%ff=q", "who=%c3%28", "before=%00", "next=%00", "token=%00", "found=%00", "after=%ff"} {
			for _, path := range []string{"/t/acme/development/catalog", "/t/acme/development/activity", "/login", "/setup", "/"} {
				ade.get(path+"?"+query).expect(http.StatusNotFound, "There is nothing here")
			}
			for _, path := range []string{"/desk/teams", "/desk/compromise", "/desk/requests"} {
				sol.get(path+"?"+query).expect(http.StatusNotFound, "There is nothing here")
			}
		}
		sol.get(compromisePath+"?found=nothing").expect(http.StatusNotFound, "There is nothing here")
	})
}
