package store_test

import (
	"slices"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

func TestExposuresOpenAndResolve(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		u, other := usageOf(t, w, models.Playground, models.Secret),
			usageOf(t, w, models.Playground, models.Publishable)
		team := w.Team(w.Dev, w.Acme)
		see := func(exposures ...models.Exposure) {
			t.Helper()
			ok(t, w.Store.AddUse(ctx, models.Use{Exposures: exposures}))
		}
		open := func(want ...models.ExposureKind) []models.Exposure {
			t.Helper()
			rows, err := team.Exposures(ctx, models.Playground)
			ok(t, err)
			var kinds []models.ExposureKind
			for _, row := range rows {
				kinds = append(kinds, row.Kind)
			}
			if !slices.Equal(kinds, want) {
				t.Fatalf("open are %v; want %v", kinds, want)
			}
			return rows
		}
		open()
		see(other.exposure(models.PublishableOnServer, u.at), u.exposure(models.SecretInURL, u.at),
			u.exposure(models.SecretInBrowser, u.at))
		see(u.exposure(models.SecretInBrowser, u.at.Add(time.Second)))
		first := open(models.SecretInBrowser, models.SecretInURL, models.PublishableOnServer)[0]
		want := u.exposure(models.SecretInBrowser, u.at)
		want.LastSeenAt, want.Requests = u.at.Add(time.Second), 4
		same(t, "the exposure", first, want)

		w.Database.Clock.Add(time.Minute)
		ok(t, team.ResolveExposure(ctx, models.Playground, models.SecretInBrowser, u.key.ID))
		refused(t, team.ResolveExposure(ctx, models.Playground, models.SecretInBrowser, u.key.ID), models.NotFound, "")
		open(models.SecretInURL, models.PublishableOnServer)
		see(u.exposure(models.SecretInBrowser, w.Store.Now().Add(time.Second)))
		open(models.SecretInBrowser, models.SecretInURL, models.PublishableOnServer)

		_, err := team.RevokeKey(ctx, models.Playground, u.key.ID, atOnce)
		ok(t, err)
		open(models.PublishableOnServer)
	})
}

// exposureMails takes the mails about exposures that wait.
func exposureMails(t *testing.T, w *storetest.Fixture) (contents []models.Told, to []string) {
	t.Helper()
	ok(t, w.Store.Tell(ctx))
	due, err := w.Store.ClaimMails(ctx, 100)
	ok(t, err)
	for _, mail := range due {
		if mail.Kind != models.NotificationMail || mail.Content.Told[0].Event != models.ExposureSeenEvent {
			t.Errorf("there is a mail of the kind %s, %+v", mail.Kind, mail.Content)
		}
		contents, to = append(contents, mail.Content.Told[0]), append(to, mail.Recipient)
		ok(t, w.Store.MailSent(ctx, mail.Mail))
	}
	slices.Sort(to)
	return contents, to
}

func TestExposuresAreMailedOnceADay(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Unlock(models.Development)
		ok(t, w.Store.Tell(ctx))
		w.Database.Exec("DELETE FROM mails")
		secret, publishable := usageOf(t, w, models.Development, models.Secret),
			usageOf(t, w, models.Development, models.Publishable)
		see := func(u usage, kinds ...models.ExposureKind) (contents []models.Told, to []string) {
			t.Helper()
			var use models.Use
			for _, kind := range kinds {
				use.Exposures = append(use.Exposures, u.exposure(kind, w.Store.Now()))
			}
			ok(t, w.Store.AddUse(ctx, use))
			return exposureMails(t, w)
		}
		mailed := func(what string, to []string, want ...string) {
			t.Helper()
			if !slices.Equal(to, want) {
				t.Errorf("%s is mailed to %v; want %v", what, to, want)
			}
		}
		both := []string{w.Ade.Email, w.Olivia.Email}

		contents, to := see(secret, models.SecretInURL, models.SecretInBrowser)
		mailed("the first", to, both...)
		same(t, "what the mail says", contents[0].Detail, models.NotificationDetail{
			KeyKind: models.Secret, KeyEnding: w.Key(models.Development, models.Secret).Ending,
			Exposure: models.SecretInBrowser, Address: "192.0.2.7", UserAgent: "agent",
			Origin: "https://acme.example",
		})
		if told := contents[0]; told.Team != "Acme Books" || told.TeamSlug != "acme" ||
			told.Environment != models.Development || !told.At.Equal(w.Store.Now()) {
			t.Errorf("the mail is of %+v", told)
		}
		w.Database.Clock.Add(23 * time.Hour)
		_, to = see(secret, models.SecretInBrowser)
		mailed("the same again", to)
		_, to = see(publishable, models.PublishableOnServer)
		mailed("another one on the same day", to)
		w.Database.Clock.Add(2 * time.Hour)
		_, to = see(secret, models.SecretInBrowser)
		mailed("what is new, when it is seen on the next day", to, both...)
		w.Database.Clock.Add(25 * time.Hour)
		_, to = see(secret, models.SecretInBrowser)
		mailed("what they know", to)

		ok(t, w.Team(w.Dev, w.Acme).ResolveExposure(ctx, models.Development, models.SecretInBrowser, secret.key.ID))
		w.Database.Clock.Add(time.Second)
		w.Database.Exec("UPDATE users SET disabled_at = created_at WHERE id = $1", w.Ade.UserID)
		_, to = see(secret, models.SecretInBrowser)
		mailed("what came back after it was resolved", to, w.Olivia.Email)

		w.Database.Clock.Add(25 * time.Hour)
		w.Database.Exec("UPDATE teams SET deleted_at = $1 WHERE slug = 'acme'", w.Store.Now())
		_, to = see(secret, models.SecretInURL)
		mailed("a deleted team's", to)
		if n := w.Database.Count("SELECT count(*) FROM mails WHERE recipient LIKE '%umami%'"); n > 0 {
			t.Error("another team was told")
		}
	})
}
