package config

import (
	"errors"
	"net/url"
	"strings"
)

// What Signup may be.
const (
	SignupByInvitation = "invite" // accounts come from invitations
	SignupOpen         = "open"   // anybody who proves an address may make a team
)

// OpenSignup reports whether anybody may make an account and a team.
func (c *Config) OpenSignup() bool { return c.Signup == SignupOpen }

// HasOIDC reports whether people may sign in with OpenID Connect.
func (c *Config) HasOIDC() bool { return c.OIDCIssuer != "" }

func (c *Config) checkSignup() error {
	switch {
	case c.Signup != "" && c.Signup != SignupByInvitation && c.Signup != SignupOpen:
		return problem("signup",
			"is %q; choose invite, so that accounts come from invitations, or open, so that anybody may make a team",
			c.Signup)
	case c.OpenSignup() && c.OIDCOnly:
		return problem("signup", "is open, but with --oidc-only nobody signs up here; leave one of the two out")
	}
	return nil
}

// checkOIDC looks at all settings of OpenID Connect. What it joins are problems
// of different settings.
func (c *Config) checkOIDC() error {
	if !c.HasOIDC() && c.OIDCClientID == "" && c.OIDCClientSecret == "" {
		if c.OIDCOnly {
			return problem("oidc-only",
				"is set, but there is no OpenID Connect to sign in with; set --oidc-issuer, --oidc-client-id and "+
					"--oidc-client-secret too")
		}
		return nil
	}
	return errors.Join(
		checkIssuer(c.OIDCIssuer),
		checkPresent("oidc-client-id", c.OIDCClientID),
		checkPresent("oidc-client-secret", c.OIDCClientSecret),
		c.checkOIDCName(),
	)
}

func checkPresent(flag, value string) error {
	if value == "" {
		return problem(flag, "is empty, but other settings of OpenID Connect are set; give the one that the issuer "+
			"has registered, or leave all out")
	}
	return nil
}

// checkIssuer follows OpenID Connect Discovery 1.0, section 3: a URL of https
// without query or fragment. On this very machine http does too. It is compared
// byte for byte with what the issuer says of itself, and so left as it is.
func checkIssuer(issuer string) error {
	if issuer == "" {
		return checkPresent("oidc-issuer", issuer)
	}
	u, err := url.Parse(issuer)
	switch {
	case err != nil || u.Hostname() == "" || (u.Scheme != "https" && u.Scheme != "http"):
		return problem("oidc-issuer",
			"is not a web address; write it as the issuer does, like https://login.example.com")
	case u.User != nil:
		return problem("oidc-issuer", "has a user name in it; leave out everything up to the @")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return problem("oidc-issuer",
			"begins with http://, where anybody on the way could sign in as anyone; use https://")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return problem("oidc-issuer", "has something behind the path; leave out the ? or # and what follows")
	}
	return nil
}

// maxOIDCName keeps the name, in bytes, to what fits on a button.
const maxOIDCName = 60

func (c *Config) checkOIDCName() error {
	if len(c.OIDCName) > maxOIDCName || !isVisible(c.OIDCName) || c.OIDCName != strings.TrimSpace(c.OIDCName) {
		return problem("oidc-name", "does not fit on a button; write one short line, such as Example Login")
	}
	return nil
}

// nameIssuer gives the issuer that has no name its host's.
func (c *Config) nameIssuer() {
	if u, err := url.Parse(c.OIDCIssuer); err == nil && c.OIDCName == "" {
		c.OIDCName = u.Hostname()
	}
}

// redactSecret shows of a secret only that there is one.
func redactSecret(secret string) string {
	if secret == "" {
		return ""
	}
	return "…"
}
