package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// agreedUntil makes an agreement for Acme's Production that lasts for so many days after today, and
// returns it with its end.
func agreedUntil(t *testing.T, w *storetest.Fixture, days int) (agreement models.Agreement, ends time.Time) {
	t.Helper()
	ends = models.DayOf(w.Store.Now()).AddDate(0, 0, days+1)
	agreement, err := w.Desk().CreateAgreement(ctx, w.Acme.Slug,
		models.Terms{Reference: "MSA-9", EndsAt: ends, Covers: lockable[1:]}, "")
	ok(t, err)
	settle(t, w)
	return agreement, ends
}

// endings are what Acme's owner was told of an end that comes: of how many days were left, oldest first.
func endings(t *testing.T, w *storetest.Fixture) (days []int) {
	t.Helper()
	ok(t, w.Store.Tell(ctx))
	for _, row := range notices(t, w, w.Olivia) {
		if row.Event == models.AgreementEndingEvent {
			days = append(days, row.Detail.Days)
		}
	}
	slices.Reverse(days)
	return days
}

// sweeps has several processes sweep at once.
func sweeps(t *testing.T, w *storetest.Fixture) {
	t.Helper()
	for _, err := range together(4, func(int) error { return w.Store.Sweep(ctx) }) {
		ok(t, err)
	}
}

// TestAnEndIsToldThirtySevenAndOneDayBefore: once each, however often and by how many processes it is
// looked at.
func TestAnEndIsToldThirtySevenAndOneDayBefore(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		_, ends := agreedUntil(t, w, 34)
		told := map[int][]int{31: nil, 30: {30}, 8: {30}, 7: {30, 7}, 2: {30, 7}, 1: {30, 7, 1}}
		for left := 33; left > 0; left-- {
			w.Database.Clock.Set(ends.AddDate(0, 0, -left))
			sweeps(t, w)
			if want, said := told[left]; said {
				same(t, fmt.Sprintf("what was told %d days before", left), endings(t, w), want)
			}
		}
		w.Database.Clock.Set(ends)
		sweeps(t, w)
		same(t, "what was told at the end", endings(t, w), []int{30, 7, 1})
		if n := countOf(w, models.AgreementEndedEvent); n != 1 {
			t.Errorf("the end was told %d times", n)
		}
	})
}

// TestAnEndIsToldOnceAfterTheProgramWasDown, and not again when the clock is set back; and what has
// ended stays so.
func TestAnEndIsToldOnceAfterTheProgramWasDown(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		_, ends := agreedUntil(t, w, 60)
		key := w.Key(models.Production, models.Secret).ID
		for _, step := range []struct {
			left   int
			told   []int
			stands models.Outcome
		}{
			{5, []int{5}, models.Accepted}, // two warnings were due; the later one is enough
			{20, []int{5}, models.Accepted},
			{6, []int{5}, models.Accepted},
			{1, []int{5, 1}, models.Accepted},
			{3, []int{5, 1}, models.Accepted},
			{-4, []int{5, 1}, models.AgreementEnded},
			{10, []int{5, 1}, models.AgreementEnded},
		} {
			w.Database.Clock.Set(ends.AddDate(0, 0, -step.left))
			sweeps(t, w)
			same(t, fmt.Sprintf("what was told with %d days left", step.left), endings(t, w), step.told)
			if got := standing(t, w, key); got != step.stands {
				t.Errorf("with %d days left the key is %v; want %v", step.left, got, step.stands)
			}
		}
		if n := countOf(w, models.AgreementEndedEvent); n != 1 {
			t.Errorf("the end was told %d times", n)
		}
	})
}

// TestRenewAgreement: a year from the last day, or from today if that is over; the same keys work, and
// the new end is told of again.
func TestRenewAgreement(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		agreement, ends := agreedUntil(t, w, 40)
		key := w.Key(models.Production, models.Secret).ID
		renewed, err := w.Desk().RenewAgreement(ctx, agreement.ID)
		if ok(t, err); !renewed.EndsAt.Equal(ends.AddDate(1, 0, 0)) {
			t.Errorf("it ends %v; want a year after %v", renewed.EndsAt, ends)
		}
		w.Database.Clock.Set(renewed.EndsAt.AddDate(0, 0, -30))
		sweeps(t, w)
		same(t, "what is told of the new end", endings(t, w), []int{30})
		w.Database.Clock.Set(*renewed.EndsAt)
		if got := standing(t, w, key); got != models.AgreementEnded {
			t.Errorf("at the end the key is %v", got)
		}
		w.Database.Clock.Add(50 * 24 * time.Hour)
		sweeps(t, w)
		again, err := w.Desk().RenewAgreement(ctx, agreement.ID)
		want := models.DayOf(w.Store.Now()).AddDate(1, 0, 1)
		if ok(t, err); !again.EndsAt.Equal(want) || again.Version != 3 {
			t.Errorf("version %d ends %v; want %v", again.Version, again.EndsAt, want)
		}
		if got := standing(t, w, key); got != models.Accepted {
			t.Errorf("once it is renewed the same key is %v", got)
		}
		if n := countOf(w, models.EnvironmentUnlockedEvent); n != 1 {
			t.Errorf("that it is unlocked again was told %d times", n)
		}
		for err == nil { // as far as it goes
			_, err = w.Desk().RenewAgreement(ctx, agreement.ID)
		}
		refused(t, err, models.Conflict, "years from now")
		open, err := w.Desk().CreateAgreement(ctx, w.Umami.Slug, models.Terms{Reference: "Open"}, "")
		ok(t, err)
		unchanged(t, w.Database, func() {
			_, err := w.Desk().RenewAgreement(ctx, open.ID)
			refused(t, err, models.Conflict, "open-ended")
		})
	})
}

// TestEndAgreement: today is its last day; the keys work until midnight, UTC.
func TestEndAgreement(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		agreement, _ := agreedUntil(t, w, 300)
		key := w.Key(models.Production, models.Secret).ID
		midnight := models.DayOf(w.Store.Now()).AddDate(0, 0, 1)
		ended, err := w.Desk().EndAgreement(ctx, agreement.ID)
		if ok(t, err); !ended.EndsAt.Equal(midnight) {
			t.Errorf("it ends %v; want %v", ended.EndsAt, midnight)
		}
		sweeps(t, w)
		same(t, "warnings of an end that was told", endings(t, w), []int(nil))
		w.Database.Clock.Set(midnight.Add(-time.Microsecond))
		if got := standing(t, w, key); got != models.Accepted {
			t.Errorf("until midnight the key is %v", got)
		}
		w.Database.Clock.Set(midnight)
		if got := standing(t, w, key); got != models.AgreementEnded {
			t.Errorf("at midnight the key is %v", got)
		}
		later, err := w.Desk().CreateAgreement(ctx, w.Umami.Slug,
			models.Terms{Reference: "Later", FirstAt: midnight.AddDate(0, 0, 3)}, "")
		ok(t, err)
		unchanged(t, w.Database, func() {
			_, err := w.Desk().EndAgreement(ctx, agreement.ID)
			refused(t, err, models.Conflict, "has ended already")
			_, err = w.Desk().EndAgreement(ctx, later.ID)
			refused(t, err, models.Conflict, "has not begun")
		})
	})
}

// TestOneOfManyAgreementsCovers: of agreements that are made at once and cover an environment at the
// same time, one is made; the others are told why they are not, and leave nothing behind.
func TestOneOfManyAgreementsCovers(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		now := models.DayOf(w.Store.Now())
		count := func() (agreements, covers int) {
			return w.Database.Count("SELECT count(*) FROM agreements"), w.Database.Count("SELECT count(*) FROM agreement_covers")
		}
		agreements, covers := count()
		desk := w.Desk()
		oneWins(t, together(racers, func(i int) error {
			_, err := desk.CreateAgreement(ctx, w.Acme.Slug, models.Terms{Reference: fmt.Sprint("R-", i),
				FirstAt: now.AddDate(0, 0, 1+i%3), EndsAt: now.AddDate(0, 0, 10+i), Covers: lockable[1:]}, "")
			return err
		}), models.Invalid, "covers Production until")
		if a, c := count(); a != agreements+1 || c != covers+1 {
			t.Errorf("%d agreements and %d covers were made; want one", a-agreements, c-covers)
		}
	})
}

// TestAnApprovalSaysWhenItUnlocks: under an agreement that has not begun, not before its first day.
func TestAnApprovalSaysWhenItUnlocks(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		first := models.DayOf(w.Store.Now()).AddDate(0, 0, 5)
		prepared, err := w.Desk().CreateAgreement(ctx, w.Acme.Slug, models.Terms{Reference: "MSA-9", FirstAt: first}, "")
		ok(t, err)
		starts := func(kind models.EnvironmentKind) *time.Time {
			settle(t, w)
			request := w.RequestUnlock(kind)
			_, err := w.Desk().ApproveUnder(ctx, request.ID, prepared.ID)
			ok(t, err)
			ok(t, w.Store.Tell(ctx))
			told := notices(t, w, w.Dev)
			if len(told) != 1 || told[0].Event != models.RequestApprovedEvent {
				t.Fatalf("whoever asked is told %+v", told)
			}
			return told[0].Detail.StartsAt
		}
		if at := starts(models.Production); at == nil || !at.Equal(first) {
			t.Errorf("it is said to unlock %v; want %v", at, first)
		}
		w.Database.Clock.Set(first)
		if at := starts(models.Development); at != nil {
			t.Errorf("under an agreement in force it is said to unlock %v", at)
		}
	})
}
