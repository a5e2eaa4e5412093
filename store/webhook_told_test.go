package store_test

import (
	"slices"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// TestWebhooksHearOfWhatTheyChose: those of the team and of the desk, and no other team's.
func TestWebhooksHearOfWhatTheyChose(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		withoutWebhooks(t, w, w.Acme)
		create := func(webhooks *store.Webhooks, events ...models.Event) string {
			settings := someWebhook
			settings.Events = events
			row, _, err := webhooks.Create(ctx, settings)
			ok(t, err)
			return row.ID
		}
		acmes, umamis := webhooksOf(t, w, w.Olivia, w.Acme), webhooksOf(t, w, w.Uma, w.Umami)
		hears := create(acmes, models.MemberInvitedEvent, models.KeyReplacedEvent)
		desks := create(w.Desk().Webhooks(), models.MemberInvitedEvent)
		create(acmes, models.KeyReplacedEvent)
		create(umamis, models.MemberInvitedEvent)
		ok(t, acmes.Pause(ctx, create(acmes, models.MemberInvitedEvent)))

		woken := 0
		w.Store.OnDeliveries(func() { woken++ })
		const key = "039c501ac8dfcac91c6f05601cee876e1cc07e17"
		ok(t, invite(w.Team(w.Ade, w.Acme), key+"@new.example", models.Viewer))
		ok(t, w.Store.Tell(ctx))
		ok(t, w.Store.Tell(ctx)) // and once only
		var got []string
		for _, due := range claimDeliveries(t, w, store.DeliveryClaim{}) {
			got = append(got, due.WebhookID)
			if due.Event != models.MemberInvitedEvent || due.Told.Team != "Acme Books" || due.Told.TeamSlug != "acme" ||
				due.Told.Desk != (due.WebhookID == desks) || strings.Contains(due.Told.Detail.Subject, key) ||
				due.Told.Actor.Name != "Ade Admin" {
				t.Errorf("it is told %+v", due.Told)
			}
		}
		want := []string{hears, desks}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) || woken != 1 {
			t.Errorf("told are %v, and the sender was woken %d times; want %v, once", got, woken, want)
		}
	})
}
