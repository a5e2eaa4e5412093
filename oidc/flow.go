package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"dojo/models"
)

// attemptLife is how long a person may take at the provider.
const attemptLife = 10 * time.Minute

// attempt is what has to be remembered while a person is at the provider.
type attempt struct {
	State    string    `json:"state"`    // ties the answer to this browser
	Nonce    string    `json:"nonce"`    // ties the ID token to this attempt
	Verifier string    `json:"verifier"` // ties the code to it (PKCE)
	Fresh    bool      `json:"fresh"`
	BegunAt  time.Time `json:"begun_at"`
}

// Begin begins a sign-in: the browser goes to redirectURL. The state is secret;
// the caller keeps it on the server, for this browser, and removes it before it
// calls Finish, whatever comes of it. Where fresh is set, the provider is told
// to ask for the person's password or the like even if it knows them already,
// and Finish insists that it did. Begin is Unavailable while the provider cannot
// be reached.
func (c *Client) Begin(ctx context.Context, fresh bool) (redirectURL string, state []byte, err error) {
	p, err := c.discover(ctx)
	if err != nil {
		return "", nil, err
	}
	a := attempt{
		State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Fresh: fresh,
		BegunAt: c.config.Now(),
	}
	if state, err = json.Marshal(a); err != nil {
		return "", nil, err
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)}
	if fresh {
		// The two mean the same; with max_age the provider must also say when it
		// asked (OpenID Connect Core, 3.1.2.1).
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return p.oauth.AuthCodeURL(a.State, options...), state, nil
}

// Finish takes the query that the provider has sent the browser back with, and
// says who has signed in.
func (c *Client) Finish(ctx context.Context, state []byte, query url.Values) (Person, error) {
	a, err := c.recall(state, query)
	if err != nil {
		return Person{}, err
	}
	p, err := c.discover(ctx)
	if err != nil {
		return Person{}, err
	}
	if err := c.checkAnswer(p, query); err != nil {
		return Person{}, err
	}
	ctx = c.context(ctx)
	token, err := p.oauth.Exchange(ctx, query.Get("code"), oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return Person{}, c.exchangeFailed(err)
	}
	claims, err := c.verify(ctx, p, token, a)
	if err != nil {
		return Person{}, err
	}
	if claims, err = c.complete(ctx, p, token, claims); err != nil {
		return Person{}, err
	}
	return c.person(claims)
}

// recall reads the state, and checks that the answer is to this attempt, made
// in this browser. Otherwise somebody may have sent the person a link to sign
// in as somebody else.
func (c *Client) recall(state []byte, query url.Values) (a attempt, err error) {
	if err := json.Unmarshal(state, &a); err != nil || a.State == "" {
		return a, refuse(models.Conflict, errors.New("oidc: no sign-in was begun"),
			"This sign-in was already finished, or begun in another browser. Sign in again.")
	}
	if subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(a.State)) != 1 {
		return a, refuse(models.Conflict, errors.New("oidc: the state is another one"),
			"This sign-in was begun in another browser or window. Sign in again.")
	}
	if c.config.Now().Sub(a.BegunAt) > attemptLife {
		return a, refuse(models.Conflict, errors.New("oidc: the state has lapsed"),
			"This sign-in took longer than %d minutes. Sign in again.", int(attemptLife.Minutes()))
	}
	return a, nil
}

// checkAnswer says what came of it at the provider.
func (c *Client) checkAnswer(p *provider, query url.Values) error {
	// https://www.rfc-editor.org/rfc/rfc9207, section 2.4.
	if (p.namesIssuer || query.Has("iss")) && query.Get("iss") != c.config.Issuer {
		return c.distrust(fmt.Errorf("oidc: the answer is from the issuer %q", models.Excerpt(query.Get("iss"), 200)))
	}
	failure := query.Get("error")
	if failure == "" && query.Get("code") == "" {
		return c.distrust(errors.New("oidc: the answer has neither a code nor an error"))
	}
	if failure == "" {
		return nil
	}
	cause := fmt.Errorf("oidc: the provider says %q: %q", models.Excerpt(failure, 100),
		models.Excerpt(query.Get("error_description"), 300))
	switch failure {
	case "access_denied":
		return refuse(models.Forbidden, cause,
			"%s did not let you in, or you cancelled. Sign in again, or ask who runs %[1]s for access.", c.Name())
	case "login_required", "interaction_required", "account_selection_required", "consent_required":
		return refuse(models.Conflict, cause, "%s wants to ask you something first. Sign in again.", c.Name())
	}
	return c.unavailable(cause)
}

// exchangeFailed says why a code could not be exchanged for tokens. Of the
// provider's answer only its error is kept: the rest might hold anything.
func (c *Client) exchangeFailed(err error) error {
	answer, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return c.unavailable(err)
	}
	status := 0
	if answer.Response != nil {
		status = answer.Response.StatusCode
	}
	cause := fmt.Errorf("oidc: the provider answers %d, %q: %q", status, models.Excerpt(answer.ErrorCode, 100),
		models.Excerpt(answer.ErrorDescription, 300))
	if answer.ErrorCode == "invalid_grant" && status < http.StatusInternalServerError {
		return refuse(models.Conflict, cause, "This sign-in was already used, or took too long. Sign in again.")
	}
	return c.unavailable(cause)
}

// distrust refuses an answer that an honest provider does not give.
func (c *Client) distrust(cause error) error {
	return refuse(models.Forbidden, cause,
		"The answer of %s could not be verified, so nobody was signed in. Try again; if it happens again, tell who "+
			"runs this site.", c.Name())
}
