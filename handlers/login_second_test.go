package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/web/webtest"
)

func TestSecondFactor(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		ade := s.As(s.Ade)
		secret, codes := ade.AddApp()
		if len(codes) != 10 {
			t.Fatalf("the recovery codes are %v", codes)
		}
		used := s.Code(secret)
		s.Database.Clock.Add(30 * time.Second)

		b := s.Visitor()
		form := webtest.Credentials("ade@acme.example", webtest.Password)
		form.Set("next", webtest.KeysPath)
		p := b.Post("/login", form).GoesTo(webtest.SecondPath+"?next="+url.QueryEscape(webtest.KeysPath)).
			Expect(http.StatusOK, "One more step")
		before := b.Current()
		for _, wrong := range []string{"", "000000", used, "x", strings.Repeat("1", 4000)} {
			p = p.Press(p.Root, "Sign in", "code", wrong).Expect(http.StatusUnprocessableEntity).
				Says("alert", "The code is wrong")
		}
		code := s.Code(secret)
		p.Press(p.Root, "Sign in", "code", code[:3]+" "+code[3:]).GoesTo(webtest.KeysPath).
			Expect(http.StatusOK, "Ade Admin")
		s.Replaced(before, b)
		copied := s.Visitor()
		copied.SetCookie(before)
		copied.Post(webtest.SecondPath, webtest.Enter(code)).GoesTo("/login")
		// it was used
		s.PendingBrowser().Post(webtest.SecondPath, webtest.Enter(code)).Expect(http.StatusUnprocessableEntity)

		s.PendingBrowser().Post(webtest.SecondPath,
			webtest.Enter(strings.ToUpper(strings.ReplaceAll(codes[3], "-", " ")))).GoesTo(webtest.KeysPath).
			Expect(http.StatusOK)
		s.PendingBrowser().Post(webtest.SecondPath, webtest.Enter(codes[3])).Expect(http.StatusUnprocessableEntity)
		ade.Get(webtest.SecurityPath).Expect(http.StatusOK, "9 left")
		// without the password it is nothing
		s.Visitor().Post(webtest.SecondPath, webtest.Enter(codes[4])).GoesTo("/login")
	})
}
