package config_test

import (
	"testing"

	"dojo/config"
)

func TestSMTP(t *testing.T) {
	for url, want := range map[string]config.SMTPServer{
		"smtp://mail.example": {Host: "mail.example", Port: 587},
		"smtp://dojo:hunter2@mail.example:2525": {
			Host: "mail.example", Port: 2525, Username: "dojo", Password: "hunter2",
		},
		"smtps://dojo%40mail.example:a%2F%3Ab@mx.example": {
			Host: "mx.example", Port: 465, Username: "dojo@mail.example", Password: "a/:b", ImplicitTLS: true,
		},
		"smtp://localhost:1025?tls=none": {Host: "localhost", Port: 1025, NoTLS: true},
		"smtp://[::1]:25?tls=none":       {Host: "::1", Port: 25, NoTLS: true},
	} {
		if got, ok := valid(smtp(url)).SMTP(); !ok || got != want {
			t.Errorf("SMTP of %s = %+v, %v; want %+v", url, got, ok, want)
		}
	}
	for _, url := range []string{"", "mail.example", "smtp://mail.example?tls=none"} {
		if got, ok := valid(smtp(url)).SMTP(); ok {
			t.Errorf("SMTP of %q = %+v; want none", url, got)
		}
	}
}

func TestMailSender(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "<@>",
		"dojo@dojo.example":          "<dojo@dojo.example>",
		"Dojo <dojo@dojo.example>":   `"Dojo" <dojo@dojo.example>`,
		`"A, B" <dojo@dojo.example>`: `"A, B" <dojo@dojo.example>`,
	} {
		sender := valid(func(c *config.Config) { c.MailFrom = text }).MailSender()
		if sender.String() != want {
			t.Errorf("MailSender of %q = %s; want %s", text, sender.String(), want)
		}
	}
}

func TestSignIn(t *testing.T) {
	c := valid(func(*config.Config) {})
	if c.OpenSignup() || c.HasOIDC() {
		t.Errorf("by default: open sign-up %v, OpenID Connect %v", c.OpenSignup(), c.HasOIDC())
	}
	oidc("https://login.example:8443/realm", "dojo", "hunter2")(c)
	c.Signup = "open"
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	if !c.OpenSignup() || !c.HasOIDC() || c.OIDCName != "login.example" {
		t.Errorf("open sign-up %v, OpenID Connect %v by the name of %q", c.OpenSignup(), c.HasOIDC(), c.OIDCName)
	}
}
