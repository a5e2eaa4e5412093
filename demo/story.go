package demo

import (
	"time"

	"dojo/models"
)

const engineer = "sol@dojo.example"

// The people's addresses are of the ranges kept for documentation (RFC 5737).
const (
	deskAddress  = "192.0.2.10"
	acmeAddress  = "198.51.100.24"
	umamiAddress = "203.0.113.7"
	kansoAddress = "203.0.113.90"
)

// story tells what has happened, the oldest first.
func (b *builder) story() {
	b.clock = time.Time{}
	b.ago(64, 3)
	b.engineer(engineer, "Sol Marin", deskAddress)
	b.everybody()

	b.umamiBegins()
	b.acmeBegins()
	b.umamiLeaks()
	b.acmeWorks()
	b.kansoAsks()
	b.today()
	b.sweep()
}

func (b *builder) everybody() {
	b.person("olivia@acme.example", "Olivia Grant", acmeAddress)
	b.person("ade@acme.example", "Ade Balogun", acmeAddress)
	b.person("dev@acme.example", "Devika Rao", "198.51.100.61")
	b.person("vic@acme.example", "Vic Moreau", acmeAddress)
	b.person("uma@umami.example", "Uma Tanaka", umamiAddress)
	b.person("kaito@kanso.example", "Kaito Endo", kansoAddress)
}

// umamiBegins: a customer that has gone live.
func (b *builder) umamiBegins() {
	b.ago(62, 5)
	b.team("umami", "Umami Foods", "uma@umami.example")
	b.ago(62, 4)
	id := b.request("uma@umami.example", "umami", models.Development,
		"Recommendations and search for our online pantry. We begin with the catalog.")
	b.ago(61, 7)
	b.approve(id, "UMAMI-2026-02", b.end.AddDate(0, 4, 0))
	b.view("uma@umami.example", "umami", models.Development)
	b.ago(60, 2)
	b.member("umami", "dev@acme.example", models.Developer)
	b.uploadCatalog("uma@umami.example", "umami", models.Development)
	b.ago(52, 6)
	id = b.request("uma@umami.example", "umami", models.Production, "Going live next week.")
	b.ago(51, 4)
	b.decline(id, "The data processing agreement is not signed yet. Ask again once your legal team has sent it back.")
	b.ago(47, 5)
	id = b.request("uma@umami.example", "umami", models.Production,
		"Going live: about 40,000 visitors a month. The data processing agreement is signed.")
	b.ago(47, 2)
	b.approve(id, "UMAMI-2026-07", b.end.AddDate(0, 0, 23))
	b.view("uma@umami.example", "umami", models.Production)
	b.uploadCatalog("uma@umami.example", "umami", models.Production)
}

// acmeBegins: a customer that is building, which most of the demo is about.
func (b *builder) acmeBegins() {
	b.ago(41, 6)
	b.team("acme", "Acme Books", "olivia@acme.example")
	b.ago(41, 5)
	b.member("acme", "ade@acme.example", models.Admin)
	b.member("acme", "dev@acme.example", models.Developer)
	b.member("acme", "vic@acme.example", models.Viewer)
	b.ago(40, 6)
	id := b.request("olivia@acme.example", "acme", models.Development,
		"A shelf of books you may like on our product pages, built by Ade and Devika.")
	b.ago(39, 4)
	b.approve(id, "ACME-2026-014", b.end.AddDate(0, 11, 0))
	b.ago(39, 2)
	b.view("ade@acme.example", "acme", models.Development)
	b.ago(38, 3)
	b.view("dev@acme.example", "acme", models.Development)
	b.uploadBooks()
}

// umamiLeaks: a key is found on the internet, and dies.
func (b *builder) umamiLeaks() {
	b.ago(33, 9)
	b.do(func() error {
		t, err := b.store.Team(b.ctx, b.people["uma@umami.example"], "umami")
		if err != nil {
			return err
		}
		id, err := b.active(t, models.Production, models.Secret)
		if err != nil {
			return err
		}
		desk, err := b.store.Desk(b.ctx, b.people[engineer])
		if err == nil {
			_, err = desk.RevokeCompromised(b.ctx, id, true,
				"Found in a public repository by our scanner. Put the new key into your server and remove the old "+
					"one from the history.")
		}
		return err
	})
	b.ago(33, 8)
	b.view("uma@umami.example", "umami", models.Production)
}

// acmeWorks: weeks of building, with keys replaced as one should.
func (b *builder) acmeWorks() {
	b.readers(30, 12)
	b.ago(24, 5)
	b.revoke("ade@acme.example", "acme", models.Development, models.Secret,
		models.Revocation{Grace: 24 * time.Hour, Reason: models.Rotation, Note: "Quarterly rotation."})
	b.ago(24, 4)
	b.view("dev@acme.example", "acme", models.Development)
	b.ago(23, 4)
	b.sweep()
	b.readers(20, 12)
	b.ago(9, 7)
	b.revoke("dev@acme.example", "acme", models.Development, models.Secret,
		models.Revocation{Reason: models.Compromised, Note: "Pasted into a support ticket by mistake."})
	b.ago(9, 6.5)
	b.view("dev@acme.example", "acme", models.Development)
}

// kansoAsks: a newcomer whose request waits at the desk.
func (b *builder) kansoAsks() {
	b.ago(6, 5)
	b.team("kanso", "Kanso Ceramics", "kaito@kanso.example")
}

// today: what happened since yesterday.
func (b *builder) today() {
	b.readers(5, 16)
	b.ago(1, 3)
	b.request("kaito@kanso.example", "kanso", models.Development,
		"We sell handmade tableware and want to try recommendations in our new shop. Two developers, starting this "+
			"week.")
	b.readers(0, 20)
	b.ago(0, 0.7)
	b.revoke("ade@acme.example", "acme", models.Development, models.Publishable,
		models.Revocation{
			Grace: 7 * 24 * time.Hour, Reason: models.Rotation, Note: "The old shop front goes away next week.",
		})
	b.ago(0, 0.2)
	b.use()
}
