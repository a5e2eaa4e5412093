package models_test

import (
	"errors"
	"maps"
	"slices"
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
		request := models.UnlockRequest{State: models.Pending, CreatedAt: noon}
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

func TestWhatATeamAsksFor(t *testing.T) {
	long := strings.Repeat("味", 2000)
	for text, want := range map[string]string{" Search.\r\n\r\nAnd <b>more</b>. ": "Search.\n\nAnd <b>more</b>.",
		long: long, "a\tb": "a\tb"} {
		if got, err := models.NewUnlockRequest(models.UnlockWish{UseCase: text}, noon); err != nil || got.UseCase != want ||
			got.StartsOn != nil || got.DailyRequests != 0 {
			t.Errorf("%q is read as %+v, %v", text, got, err)
		}
	}
	for what, text := range map[string]string{"empty": "", "blank": " \r\n ", "long": long + "x", "NUL": "a\x00b",
		"bell": "a\ab", "a lone CR": "a\rb", "not UTF-8": "a\xffb", "reversed": "a\u202eb"} {
		_, err := models.NewUnlockRequest(models.UnlockWish{UseCase: text}, noon)
		wrongFields(t, what, err, "use_case")
	}
	got, err := models.NewUnlockRequest(models.UnlockWish{UseCase: "Books", StartsOn: "2026-03-02",
		DailyRequests: " 1,000 000,000 "}, noon)
	if err != nil || !got.StartsOn.Equal(noon.Truncate(24*time.Hour)) || got.DailyRequests != 1_000_000_000 {
		t.Errorf("the largest wish is read as %+v, %v", got, err)
	}
	for _, starts := range []string{"2026-03-01", "2027-03-04", "2026-02-30", "soon", "2026-03-02T00:00"} {
		_, err := models.NewUnlockRequest(models.UnlockWish{UseCase: "Books", StartsOn: starts}, noon)
		wrongFields(t, starts, err, "starts")
	}
	for _, daily := range []string{"0", "-5", "1000000001", "1000000000000", "1e6", "many", "1.5",
		"99999999999999999999"} {
		_, err := models.NewUnlockRequest(models.UnlockWish{UseCase: "Books", DailyRequests: daily}, noon)
		wrongFields(t, daily, err, "daily_requests")
	}
	_, err = models.NewUnlockRequest(models.UnlockWish{StartsOn: "x", DailyRequests: "x"}, noon)
	wrongFields(t, "all of it", err, "daily_requests", "starts", "use_case")
}

// wrongFields checks that the error is about these fields, in the order of their names.
func wrongFields(t *testing.T, what string, err error, fields ...string) {
	t.Helper()
	known, _ := errors.AsType[*models.Error](err)
	if known == nil || known.Code != models.Invalid || !slices.Equal(slices.Sorted(maps.Keys(known.Fields)), fields) {
		t.Errorf("%s: %v; want what is wrong with %v", what, err, fields)
	}
}

func TestNobodyDecidesTheirOwnRequest(t *testing.T) {
	own := models.UnlockRequest{State: models.Pending, CreatedAt: noon, CreatedBy: sol}
	refused(t, "approving", own.Approve(sol, models.Terms{}, noon), models.Forbidden, "You made this request yourself")
	refused(t, "declining", own.Decline(sol, "No.", noon), models.Forbidden, "You made this request yourself")
	if err := own.Withdraw(sol, noon); err != nil {
		t.Error(err)
	}
}

func TestRequestLapses(t *testing.T) {
	request := models.UnlockRequest{State: models.Pending, CreatedAt: noon}
	lapses := noon.Add(30 * 24 * time.Hour)
	refused(t, "early", request.Lapse(models.Signature{Name: "Dojo"}, lapses.Add(-time.Microsecond)), models.Conflict, "not lapse yet")
	late := request
	refused(t, "approving late", late.Approve(sol, models.Terms{}, lapses), models.Conflict,
		"This request lapsed on 1 April 2026 at 12:00 UTC")
	if err := request.Lapse(models.Signature{Name: "Dojo"}, lapses); err != nil || request.State != models.Lapsed {
		t.Errorf("%+v, %v", request, err)
	}
	refused(t, "afterwards", request.Withdraw(ade, lapses), models.Conflict, "This request lapsed on")
}

func TestReminders(t *testing.T) {
	request := models.UnlockRequest{State: models.Pending, CreatedAt: noon}
	for age, want := range map[time.Duration]int{0: 0, 24*time.Hour - 1: 0, 24 * time.Hour: 1, 72*time.Hour - 1: 1,
		72 * time.Hour: 2, 29 * 24 * time.Hour: 2} {
		if got := request.RemindersDue(noon.Add(age)); got != want {
			t.Errorf("after %v %d reminders are due; want %d", age, got, want)
		}
	}
	request.State = models.Declined
	if request.RemindersDue(noon.Add(72*time.Hour)) != 0 {
		t.Error("reminders of a decided request are due")
	}
}

func TestUndo(t *testing.T) {
	undone := models.UnlockRequest{State: models.Pending, CreatedAt: noon, CreatedBy: ade}
	request := undone
	refused(t, "nothing", request.Undo(sol, noon), models.Conflict, "no decision to undo")
	if err := request.Approve(sol, models.Terms{Reference: "A-1"}, noon); err != nil {
		t.Fatal(err)
	}
	refused(t, "somebody else", request.Undo(ade, noon), models.Forbidden, "Sol made this decision")
	refused(t, "too late", request.Undo(sol, noon.Add(models.UndoLife)), models.Conflict, "for 10 minutes")
	if err := request.Undo(sol, noon.Add(models.UndoLife-1)); err != nil || request != undone {
		t.Errorf("undone: %+v, %v; want it as it was", request, err)
	}
	if err := request.Withdraw(ade, noon); err != nil {
		t.Fatal(err)
	}
	refused(t, "a withdrawal", request.Undo(ade, noon), models.Conflict, "no decision to undo")
}
