package webhooks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"dojo/models"
	"dojo/store"
)

// try sends a delivery once and says how that ended. What it says is for whoever manages the
// webhook: never the address, which may be a secret.
func (s *Sender) try(ctx context.Context, due store.DueDelivery) models.WebhookAttempt {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	began := time.Now()
	attempt := models.WebhookAttempt{At: s.Now(), Body: due.Body}
	var err error
	if attempt.Body == "" {
		attempt.Body, err = body(due, s.PublicURL)
	}
	if err == nil {
		err = s.post(ctx, due, &attempt)
	}
	attempt.Took = time.Since(began)
	if err != nil {
		attempt.Failure = s.explain(err)
	}
	return attempt
}

func (s *Sender) post(ctx context.Context, due store.DueDelivery, attempt *models.WebhookAttempt) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, due.URL, strings.NewReader(attempt.Body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Dojo-Webhooks/1")
	if err := sign(request.Header, due.ID, attempt.At, attempt.Body, due.Secrets); err != nil {
		return err
	}
	response, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close() // what is left unread ends the connection
	attempt.Status = response.StatusCode
	answer, err := io.ReadAll(io.LimitReader(response.Body, models.WebhookAnswerRead))
	attempt.Answer = string(answer)
	switch {
	case response.StatusCode >= 200 && response.StatusCode < 300:
		return nil // also when the rest of the answer was lost
	case response.StatusCode >= 300 && response.StatusCode < 400:
		return models.Errorf(models.Invalid, "The receiver redirects to another address, and redirects are not followed.")
	case response.StatusCode == http.StatusGone:
		attempt.Gone = true
		return models.Errorf(models.Invalid, "The receiver wants no more of it (410 Gone).")
	case err != nil:
		return err
	}
	return models.Errorf(models.Invalid, "The receiver answered with %d %s.", response.StatusCode,
		http.StatusText(response.StatusCode))
}

// explain turns what went wrong into words for people. The errors of net/http quote the
// address, which is not repeated.
func (s *Sender) explain(err error) string {
	if ours, ok := errors.AsType[*models.Error](err); ok {
		return ours.Message
	}
	if target, ok := errors.AsType[models.ErrTarget](err); ok {
		return target.Error()
	}
	if lookup, ok := errors.AsType[*net.DNSError](err); ok && !lookup.IsTimeout {
		return "The host's name cannot be looked up."
	}
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, named := errors.AsType[x509.HostnameError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	switch {
	case unknown:
		return "The receiver's certificate is by an authority that is not known."
	case named:
		return "The receiver's certificate is for another host."
	case invalid:
		return "The receiver's certificate is not valid."
	case record:
		return "The receiver does not speak TLS at this port."
	}
	if fault, ok := errors.AsType[net.Error](err); ok && fault.Timeout() {
		return fmt.Sprintf("There was no answer within %d seconds.", int(timeout.Seconds()))
	}
	if fault, ok := errors.AsType[*net.OpError](err); ok && fault.Op == "dial" {
		return "The receiver cannot be connected to."
	}
	s.Logger.Debug("a webhook was not delivered", "cause", fmt.Sprintf("%T", err))
	return "The connection to the receiver broke before its answer."
}
