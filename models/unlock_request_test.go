package models_test

import (
	"strings"
	"testing"
	"time"

	"dojo/models"
)

func TestUnlockRequestTransitions(t *testing.T) {
	agreement := models.Terms{Reference: "MSA-1", EndsAt: noon.AddDate(1, 0, 0)}
	later := noon.Add(time.Hour)
	steps := map[models.UnlockState]func(r *models.UnlockRequest, by models.Signature, now time.Time) error{
		models.Approved: func(r *models.UnlockRequest, by models.Signature, now time.Time) error {
			return r.Approve(by, agreement, now)
		},
		models.Declined: func(r *models.UnlockRequest, by models.Signature, now time.Time) error {
			return r.Decline(by, " Not yet. ", now)
		},
		models.Withdrawn: func(r *models.UnlockRequest, by models.Signature, now time.Time) error {
			return r.Withdraw(
				by, now)
		},
	}
	says := map[models.UnlockState]string{
		models.Approved:  "Sol already approved this request on 2 March 2026 at 12:00 UTC.",
		models.Declined:  "Sol already declined this request on 2 March 2026 at 12:00 UTC.",
		models.Withdrawn: "Sol withdrew this request on 2 March 2026 at 12:00 UTC.",
	}
	for first, step := range steps {
		request := models.UnlockRequest{State: models.Pending}
		if err := step(&request, sol, noon); err != nil || request.State != first || request.DecidedBy != sol ||
			!request.DecidedAt.Equal(noon) {
			t.Errorf("%s: %+v, %v", first, request, err)
		}
		decided := request
		for second, step := range steps {
			refused(t, string(first)+" then "+string(second), step(&request, ade, later), models.Conflict, says[first])
		}
		if request != decided {
			t.Errorf("a second decision changed %+v to %+v", decided, request)
		}
		if approved := first == models.Approved; approved != (request.EndsAt != nil) ||
			approved != (request.Agreement == "MSA-1") {
			t.Errorf("%s holds the agreement %q until %v", first, request.Agreement, request.EndsAt)
		}
		if want := map[bool]string{true: "Not yet."}[first == models.Declined]; request.Answer != want {
			t.Errorf("%s holds the answer %q; want %q", first, request.Answer, want)
		}
	}
}

func TestDeclineNeedsAReason(t *testing.T) {
	for _, reason := range []string{"", " \t\n", strings.Repeat("x", 1001)} {
		request := models.UnlockRequest{State: models.Pending}
		refused(t, reason, request.Decline(sol, reason, noon), models.Invalid, "")
		if request != (models.UnlockRequest{State: models.Pending}) {
			t.Errorf("a refusal changed the request to %+v", request)
		}
	}
}

func TestCheckUseCase(t *testing.T) {
	long := strings.Repeat("味", 2000)
	for text, want := range map[string]string{" Search.\r\n\r\nAnd <b>more</b>. ": "Search.\n\nAnd <b>more</b>.",
		long: long, "a\tb": "a\tb"} {
		if got, err := models.CheckUseCase(text); err != nil || got != want {
			t.Errorf("CheckUseCase(%q) = %q, %v", text, got, err)
		}
	}
	for what, text := range map[string]string{"empty": "", "blank": " \r\n ", "long": long + "x", "NUL": "a\x00b",
		"bell": "a\ab", "a lone CR": "a\rb", "not UTF-8": "a\xffb", "reversed": "a\u202eb"} {
		_, err := models.CheckUseCase(text)
		refused(t, what, err, models.Invalid, "")
	}
}
