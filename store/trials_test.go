package store_test

import (
	"sync"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

var trialOffer = models.TrialOffer{Days: 14, PerDay: 1000}

// developmentCover is what unlocks Acme's Development now.
func developmentCover(t *testing.T, w *storetest.Fixture) *models.Cover {
	t.Helper()
	environment, err := w.Team(w.Olivia, w.Acme).Environment(models.Development)
	ok(t, err)
	return environment.Cover(w.Store.Now())
}

func TestATeamTakesItsTrialOnce(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team := w.Team(w.Dev, w.Acme)
		refused(t, team.StartTrial(ctx, models.TrialOffer{}), models.Conflict, "")
		refused(t, w.Team(w.Vic, w.Acme).StartTrial(ctx, trialOffer), models.Forbidden, "")
		ok(t, team.StartTrial(ctx, trialOffer))
		cover := developmentCover(t, w)
		if cover == nil || cover.Agreement.Kind != models.Trial || cover.PerDay != 1000 {
			t.Fatalf("it is covered by %+v", cover)
		}
		key := w.Key(models.Development, models.Secret)
		if standing(t, w, key.ID) != models.Accepted {
			t.Error("the key is not accepted")
		}
		if told := w.Database.Count("SELECT count(*) FROM notifications WHERE event = 'environment.unlocked'"); told != 1 {
			t.Errorf("%d are told", told)
		}
		unchanged(t, w.Database, func() {
			refused(t, team.StartTrial(ctx, trialOffer), models.Conflict, "one trial")
		})
		w.Database.Clock.Set(cover.EndsAt.Add(-time.Microsecond))
		if standing(t, w, key.ID) != models.Accepted {
			t.Error("the key is refused before the trial's end")
		}
		w.Database.Clock.Set(*cover.EndsAt)
		if standing(t, w, key.ID) == models.Accepted {
			t.Error("the key is accepted after the trial's end")
		}
		ok(t, w.Store.Sweep(ctx))
		refused(t, team.StartTrial(ctx, trialOffer), models.Conflict, "one trial")
		_, err := w.Desk().RenewAgreement(ctx, cover.AgreementID)
		refused(t, err, models.Conflict, "not renewed")
	})
}

func TestNoTrialOnceThereWasAnAgreement(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Unlock(models.Development)
		ok(t, changeAgreement(ctx, w, models.Development, func(terms *models.Terms) {
			terms.EndsAt = models.DayOf(w.Store.Now()).AddDate(0, 0, 1)
		}))
		w.Database.Clock.Add(48 * time.Hour)
		unchanged(t, w.Database, func() {
			refused(t, w.Team(w.Olivia, w.Acme).StartTrial(ctx, trialOffer), models.Conflict, "before its first agreement")
		})
	})
}

func TestATrialIsTakenOnceByManyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		errs := make([]error, 8)
		var taking sync.WaitGroup
		for i := range errs {
			team := w.Team(w.Dev, w.Acme)
			taking.Go(func() { errs[i] = team.StartTrial(ctx, trialOffer) })
		}
		taking.Wait()
		taken := 0
		for _, err := range errs {
			if err == nil {
				taken++
			} else {
				refused(t, err, models.Conflict, "one trial")
			}
		}
		if rows := w.Database.Count("SELECT count(*) FROM agreements"); taken != 1 || rows != 1 {
			t.Errorf("%d took it, and there are %d agreements", taken, rows)
		}
	})
}

func TestATrialOpensDevelopmentOnly(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		ok(t, w.Team(w.Dev, w.Acme).StartTrial(ctx, trialOffer))
		cover := developmentCover(t, w)
		request := w.RequestUnlock(models.Production)
		unchanged(t, w.Database, func() {
			refused(t, changeAgreement(ctx, w, models.Development, func(terms *models.Terms) {
				terms.Covers = append(terms.Covers, models.Production)
			}), models.Invalid, "A trial is for Development only")
			_, err := w.Desk().ApproveUnder(ctx, request.ID, cover.AgreementID)
			refused(t, err, models.Conflict, "Make an agreement")
		})
	})
}

// TestAnAgreementTakesTheTrialsPlace at the moment that it begins, and not before.
func TestAnAgreementTakesTheTrialsPlace(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		ok(t, w.Team(w.Dev, w.Acme).StartTrial(ctx, trialOffer))
		key := w.Key(models.Development, models.Secret)
		terms := w.Agreement()
		terms.Covers, terms.FirstAt = []models.EnvironmentKind{models.Development},
			models.DayOf(w.Store.Now()).AddDate(0, 0, 3)
		agreement, err := w.Desk().CreateAgreement(ctx, w.Acme.Slug, terms, "")
		ok(t, err)
		for _, at := range []time.Time{terms.FirstAt.Add(-time.Microsecond), terms.FirstAt} {
			w.Database.Clock.Set(at)
			if standing(t, w, key.ID) != models.Accepted {
				t.Errorf("the key is refused at %v", at)
			}
		}
		ok(t, w.Store.Sweep(ctx))
		if cover := developmentCover(t, w); cover.AgreementID != agreement.ID {
			t.Errorf("it is covered by %+v", cover)
		}
		for _, event := range []models.Event{models.AgreementEndedEvent, models.AgreementEndingEvent} {
			if w.Database.Count("SELECT count(*) FROM notifications WHERE event = '"+string(event)+"'") != 0 {
				t.Errorf("%s is told, though nothing ends for the team", event)
			}
		}
	})
}

// TestATrialGoesOnOnceItsSuccessorIsUndone: the decision alone had ended it.
func TestATrialGoesOnOnceItsSuccessorIsUndone(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		ok(t, w.Team(w.Dev, w.Acme).StartTrial(ctx, trialOffer))
		ends := *developmentCover(t, w).EndsAt
		key := w.Key(models.Development, models.Secret)
		w.Database.Clock.Add(time.Hour)
		request := w.RequestUnlock(models.Development)
		_, err := w.Desk().Approve(ctx, request.ID, w.Agreement())
		ok(t, err)
		if cover := developmentCover(t, w); cover.Agreement.Kind != models.Ordinary {
			t.Fatalf("it is covered by %+v", cover)
		}
		_, err = w.Desk().Undo(ctx, request.ID)
		ok(t, err)
		cover := developmentCover(t, w)
		if cover == nil || cover.Agreement.Kind != models.Trial || !cover.EndsAt.Equal(ends) {
			t.Fatalf("it is covered by %+v", cover)
		}
		if standing(t, w, key.ID) != models.Accepted {
			t.Error("the key is refused")
		}
		file, err := w.Desk().Agreement(ctx, cover.AgreementID)
		ok(t, err)
		if !file.Terms.EndsAt.Equal(ends) || len(file.Versions) != 3 {
			t.Errorf("it says %+v in %d versions", file.Terms, len(file.Versions))
		}
	})
}
