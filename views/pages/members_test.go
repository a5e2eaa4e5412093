package pages_test

import (
	"slices"
	"strings"
	"testing"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

func rows() []pages.MemberRow {
	return []pages.MemberRow{
		{UserID: "u1", Name: "Olivia", Role: models.Owner, Me: true, SecondFactor: true},
		{UserID: "u2", Name: "Dev", Role: models.Developer, CanChange: true, CanRemove: true, CanHandOver: true},
	}
}

func TestMembersOffersWhatThePersonMay(t *testing.T) {
	owner := pages.Members{
		Base: teamWide(layout.Members), Rows: rows(), Listed: rows(), CanManage: true,
		Roles: []models.Role{models.Viewer, models.Developer, models.Admin, models.Owner},
		Invitations: []pages.InvitationRow{{ID: "i1", Email: "nia@acme.example", Role: models.Viewer, LapsesAt: now,
			CanChange: true}},
	}
	page := render(t, owner)
	want := []string{"/t/acme/members/u2/role", "/t/acme/invitations", "/t/acme/invitations/i1/resend",
		"/t/acme/invitations/i1/withdraw"}
	if got := page.posts(); !slices.Equal(got[len(got)-len(want):], want) {
		t.Errorf("posts to %q, want %q", got, want)
	}
	wantLabels(t, page, "Email", "Role", "Role of Dev")
	if !strings.Contains(page.text(), "Lapsed") {
		t.Error("does not say that an invitation has lapsed")
	}

	viewer := owner
	viewer.CanManage, viewer.CanLeave, viewer.Invitations = false, true, nil
	viewer.Listed = []pages.MemberRow{{UserID: "u1", Name: "Olivia", Role: models.Owner, SecondFactor: true}}
	page = render(t, viewer)
	if got := page.posts(); !slices.Equal(got, []string{"/logout"}) {
		t.Errorf("a viewer can post to %q", got)
	}
	if strings.Contains(page.text(), "Second factor") {
		t.Error("tells a viewer who has no second factor")
	}
	if !slices.Contains(page.buttons(), "Leave team") {
		t.Errorf("no way to leave among %q", page.buttons())
	}
}

func TestMembersDialogsPostWhereTheyShould(t *testing.T) {
	for kind, want := range map[pages.MembersDialogKind]struct{ address, title, button string }{
		pages.RemoveDialog:   {"/t/acme/members/u2/remove", "Remove Dev", "Remove"},
		pages.HandOverDialog: {"/t/acme/members/u2/hand-over", "Hand over ownership to Dev", "Hand over ownership"},
		pages.LeaveDialog:    {"/t/acme/members/leave", "Leave Acme Books", "Leave team"},
	} {
		dialog := &pages.MembersDialog{Kind: kind, UserID: "u2", Name: "Dev"}
		if kind == pages.LeaveDialog {
			dialog = &pages.MembersDialog{Kind: kind}
		}
		shown, ok := render(t, pages.Members{Base: teamWide(layout.Members), Rows: rows(), Listed: rows(), Dialog: dialog}).
			labelled("dialog", want.title)
		if !ok {
			t.Errorf("no dialog %q", want.title)
			continue
		}
		if _, ok := shown.form(want.address); !ok || !shown.has("open") {
			t.Errorf("%s: posts to %q", kind, shown.posts())
		}
		wantButtons(t, shown, "Cancel", want.button)
	}
}

func TestTeamSettingsOffersWhatTheRoleMay(t *testing.T) {
	owner := pages.TeamSettings{Base: teamWide(layout.TeamSettings), Name: "Acme Books", Slug: "acme",
		ProductionSecret: models.Admin, Members: 3, Lacking: 2, MeLacking: true, CanManage: true, CanOwn: true}
	admin, viewer := owner, owner
	admin.CanOwn = false
	viewer.CanOwn, viewer.CanManage = false, false
	all := []string{"/t/acme/settings", "/t/acme/settings/production-secret", "/t/acme/settings/second-factor",
		"/t/acme/settings/viewing",
		"/t/acme/settings/delete"}
	for name, test := range map[string]struct {
		page  pages.TeamSettings
		posts []string
	}{"owner": {owner, all}, "admin": {admin, all[:2]}, "viewer": {viewer, nil}} {
		got := slices.DeleteFunc(render(t, test.page).posts(),
			func(address string) bool { return address == "/logout" })
		if !slices.Equal(got, test.posts) {
			t.Errorf("%s: posts to %q", name, got)
		}
	}
	page := render(t, owner)
	if !strings.Contains(page.text(), "2 of 3 members have none, you among them") {
		t.Error("does not say how many lack a second factor")
	}
	for _, input := range page.all("input") {
		if input.attribute("type") == "radio" && input.has("checked") != (input.attribute("value") == "admin") {
			t.Errorf("%s is chosen: %v", input.attribute("value"), input.has("checked"))
		}
	}
	if required, _ := page.form("/t/acme/settings/second-factor"); required.values()["required"] != "yes" {
		t.Errorf("asks for %v", required.values())
	}
	wantLabels(t, page, "Type Acme Books to confirm")
}

func TestSecurityOffersTheNextStepOfTheApp(t *testing.T) {
	b := plain()
	b.Section = layout.Security
	fresh := pages.AccountSecurity{Base: b, Next: "/t/acme"}
	begin, ok := render(t, fresh).form("/account/security/app/begin")
	if !ok || begin.values()["next"] != "/t/acme" {
		t.Errorf("cannot begin: %v", begin)
	}

	setup := fresh
	setup.AppSetup = &pages.AppSetup{QR: [][]bool{{true}}, Secret: "JBSWY3DPEHPK3PXP"}
	page := render(t, setup)
	wantLabels(t, page, "Code")
	if !strings.Contains(page.text(), "JBSW Y3DP EHPK 3PXP") || len(page.all("img")) > 0 {
		t.Error("the secret is not there to type, or the code is a picture that the policy refuses")
	}

	on := fresh
	on.App, on.RequiredBy, on.RecoveryCodes, on.NextName = &pages.AuthenticatorApp{Since: now, CodesLeft: 10},
		[]string{"Acme Books", "Umami Foods"}, []string{"aaaa-1", "bbbb-2"}, "Acme Books"
	page = render(t, on)
	for _, want := range []string{"aaaa-1 bbbb-2", "10 left",
		"your only second factor, and Acme Books and Umami Foods require one", "Go on to Acme Books"} {
		if !strings.Contains(page.text(), want) {
			t.Errorf("does not say %q", want)
		}
	}
	for _, address := range []string{"/account/security/app/remove", "/account/security/codes"} {
		if _, ok := page.form(address); !ok {
			t.Errorf("no form to %s", address)
		}
	}
}

func TestSessionsEndAllButThisOne(t *testing.T) {
	page := render(t, pages.AccountSecurity{Base: plain(),
		Sessions: []pages.SessionRow{{ID: "s1", Device: "Firefox on Linux", Current: true},
			{ID: "s2", Device: "Safari on iPhone"}}})
	if _, ok := page.form("/account/security/sessions/s1/end"); ok {
		t.Error("this one can be ended here")
	}
	for _, address := range []string{"/account/security/sessions/s2/end", "/account/security/sessions/end-others"} {
		if _, ok := page.form(address); !ok {
			t.Errorf("no form to %s", address)
		}
	}
}

func TestDeskRestoresATeamWhileItCan(t *testing.T) {
	for until, want := range map[int]bool{1: true, -1: false} {
		b := pages.Base{Title: "Zen", Now: now, TroubledMails: 3, MailToLog: true}
		page := render(t, pages.DeskTeam{Base: b, Slug: "zen",
			Deletion: &pages.Deletion{By: "Zoe Adler", At: now, Until: now.AddDate(0, 0, until)}})
		if _, ok := page.form("/desk/teams/zen/restore"); ok != want {
			t.Errorf("%d days: can be restored: %v", until, ok)
		}
		for _, text := range []string{"Deleted by Zoe Adler", "Mail 3 not sent", "Mail goes to the log"} {
			if !strings.Contains(page.text(), text) {
				t.Errorf("does not say %q", text)
			}
		}
	}
}
