package oidc

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"dojo/models"
)

// Person is who has signed in, by the provider's word. Issuer and Subject
// together name the account for ever; the rest may change.
//
// The provider must have verified the address: one that anybody could have
// typed there would open somebody else's account here. A provider that does
// not say so (claim email_verified) lets nobody in.
type Person struct {
	Issuer   string
	Subject  string
	Email    string    // verified; normalised, see models.NormalizeEmail
	Name     string    // as the provider has it: any text, or none
	AuthTime time.Time // when they last proved who they are there; zero when it does not say
}

// claims is what is read of an ID token, or of the answer of the UserInfo
// endpoint.
type claims struct {
	Subject         string    `json:"sub"`
	AuthorizedParty string    `json:"azp"`
	AuthTime        float64   `json:"auth_time"` // Unix time in seconds
	Email           string    `json:"email"`
	EmailVerified   *verified `json:"email_verified"`
	Name            string    `json:"name"`
}

// verified is a boolean that some providers (AWS Cognito) write as a string.
type verified bool

// UnmarshalJSON takes anything but a clear yes for a no.
func (v *verified) UnmarshalJSON(text []byte) error {
	*v = string(text) == `true` || string(text) == `"true"`
	return nil
}

// clockSkew is how much the provider's clock may be behind.
const clockSkew = time.Minute

// verify checks the ID token by OpenID Connect Core, 3.1.3.7.
func (c *Client) verify(ctx context.Context, p *provider, token *oauth2.Token, a attempt) (claims, error) {
	var got claims
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return got, c.distrust(errors.New("oidc: the provider gave no ID token"))
	}
	verifier := p.Verifier(&oidc.Config{ClientID: c.config.ClientID, Now: c.config.Now})
	idToken, err := verifier.Verify(ctx, raw)
	if err != nil {
		return got, c.distrust(err)
	}
	if err := idToken.Claims(&got); err != nil {
		return got, c.distrust(fmt.Errorf("oidc: the ID token's claims: %w", err))
	}
	if err := c.checkToken(idToken, token, got, a); err != nil {
		return got, c.distrust(err)
	}
	if a.Fresh && !provedSince(got, a.BegunAt) {
		return got, refuse(models.Forbidden,
			fmt.Errorf("oidc: fresh proof was asked for; auth_time is %.0f", got.AuthTime),
			"%s did not ask you to prove who you are again, and this needs it. Sign out there and try again.", c.Name())
	}
	return got, nil
}

// checkToken is what go-oidc leaves to its user.
func (c *Client) checkToken(idToken *oidc.IDToken, token *oauth2.Token, got claims, a attempt) error {
	switch {
	case got.Subject == "":
		return errors.New("oidc: the ID token names nobody")
	case subtle.ConstantTimeCompare([]byte(idToken.Nonce), []byte(a.Nonce)) != 1:
		return errors.New("oidc: the ID token's nonce is another one")
	case got.AuthorizedParty != "" && got.AuthorizedParty != c.config.ClientID:
		return fmt.Errorf("oidc: the ID token was made for %q", models.Excerpt(got.AuthorizedParty, 200))
	case got.AuthorizedParty == "" && len(idToken.Audience) > 1:
		return fmt.Errorf("oidc: the ID token is for %d clients and does not say which one asked",
			len(idToken.Audience))
	case idToken.AccessTokenHash != "":
		return idToken.VerifyAccessToken(token.AccessToken)
	}
	return nil
}

// provedSince reports whether the person proved who they are after the moment,
// by the provider's clock.
func provedSince(got claims, moment time.Time) bool {
	return got.AuthTime > 0 && !authTime(got).Before(moment.Add(-clockSkew))
}

func authTime(got claims) time.Time {
	if got.AuthTime <= 0 {
		return time.Time{}
	}
	return time.Unix(int64(got.AuthTime), 0)
}

// complete asks the UserInfo endpoint for the address, where the ID token does
// not have it: by OpenID Connect Core, 5.4, it need not.
func (c *Client) complete(ctx context.Context, p *provider, token *oauth2.Token, got claims) (claims, error) {
	if (got.Email != "" && got.EmailVerified != nil) || p.UserInfoEndpoint() == "" {
		return got, nil
	}
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return got, c.unavailable(err)
	}
	var more claims
	if err := info.Claims(&more); err != nil {
		return got, c.distrust(fmt.Errorf("oidc: the UserInfo claims: %w", err))
	}
	// OpenID Connect Core, 5.3.2: otherwise it may be about somebody else.
	if more.Subject != got.Subject {
		return got, c.distrust(errors.New("oidc: UserInfo is about somebody else"))
	}
	// Both from one place, or a yes there would count for an address here.
	got.Email, got.EmailVerified = more.Email, more.EmailVerified
	if more.Name != "" {
		got.Name = more.Name
	}
	return got, nil
}

// person checks the address.
func (c *Client) person(got claims) (Person, error) {
	switch {
	case got.Email == "":
		return Person{}, refuse(models.Forbidden, errors.New("oidc: no claim email"),
			"%s does not tell your email address, which signing in here needs. Ask who runs %[1]s.", c.Name())
	case got.EmailVerified == nil: // some leave out a no
		return Person{}, refuse(models.Forbidden, errors.New("oidc: no claim email_verified"),
			"%s does not say that it has verified your email address, which signing in here needs. Verify it there "+
				"if you can, or ask who runs %[1]s.", c.Name())
	case !bool(*got.EmailVerified):
		return Person{}, refuse(models.Forbidden, errors.New("oidc: email_verified is false"),
			"%s has not verified your email address. Verify it there, then sign in again.", c.Name())
	}
	email, err := models.NormalizeEmail(got.Email)
	if err != nil {
		return Person{}, refuse(models.Forbidden, err,
			"The email address that %s gives for you is not a valid one. Change it there, then sign in again.",
			c.Name())
	}
	return Person{Issuer: c.config.Issuer, Subject: got.Subject, Email: email, Name: got.Name, AuthTime: authTime(got)},
		nil
}
