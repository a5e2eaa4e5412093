package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

var idPattern = regexp.MustCompile(`\b[a-z2-7]{26}\b`)

// withoutIDs is a page's text without what is random in it.
func withoutIDs(body string) string { return idPattern.ReplaceAllString(body, "id") }

func memberPath(person models.Actor, action string) string {
	return webtest.MembersPath + "/" + person.UserID + "/" + action
}

func role(role models.Role) url.Values { return url.Values{"role": {string(role)}} }

// refresh is what htmx asks of a page that is open.
const refresh = "HX-Request: true"

// TestAChangeHoldsFromTheNextRequest, in every open session and for parts of
// open pages.
func TestAChangeHoldsFromTheNextRequest(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		olivia, dev, again := s.As(s.Olivia), s.As(s.Dev), s.As(s.Dev)
		view := webtest.KeysPath + "/" + s.Key(models.Development, models.Secret).ID + "/view"
		for _, b := range []*webtest.Browser{dev, again} {
			b.Get(webtest.KeysPath, refresh).Expect(http.StatusOK, "Secret key")
			b.Post(view, nil).Expect(http.StatusOK)
		}
		olivia.Post(memberPath(s.Dev, "role"), role(models.Viewer)).GoesTo(webtest.MembersPath).
			Says("status", "Role changed")
		for _, b := range []*webtest.Browser{dev, again} {
			if p := b.Get(webtest.KeysPath, refresh).Expect(http.StatusOK); webtest.HasButton(p.Root, "View") {
				t.Error("the open page offers to view the key")
			}
			b.Post(view, nil).Expect(http.StatusForbidden, "viewer")
			b.Post(view, nil, "Accept: application/json").Expect(http.StatusForbidden)
		}
		olivia.Post(memberPath(s.Dev, "remove"), nil).GoesTo(webtest.MembersPath).Says("status", "Member removed")
		for _, b := range []*webtest.Browser{dev, again} {
			b.Get(webtest.KeysPath, refresh).Expect(http.StatusNotFound)
			b.Get(webtest.KeysPath).Expect(http.StatusNotFound)
			b.Post(view, nil).Expect(http.StatusNotFound)
		}
		disabled := s.As(s.Vic)
		disabled.Get(webtest.KeysPath).Expect(http.StatusOK)
		s.Disable(s.Vic)
		if p := disabled.Get(webtest.KeysPath, refresh).
			Expect(http.StatusUnauthorized); p.Header.Get("HX-Redirect") != "/login" {
			t.Errorf("HX-Redirect is %q", p.Header.Get("HX-Redirect"))
		}
		disabled.Get(webtest.KeysPath).GoesTo("/login?next=" + url.QueryEscape(webtest.KeysPath))
	})
}

// TestATeamKeepsAnOwner, whatever its owner presses.
func TestATeamKeepsAnOwner(t *testing.T) {
	s := webtest.OnSQLite(t)
	olivia, ade := s.As(s.Olivia), s.As(s.Ade)
	for _, path := range []string{webtest.MembersPath + "/leave", memberPath(s.Olivia, "remove")} {
		olivia.Post(path, nil).GoesTo(webtest.MembersPath).
			Says("alert", "Nothing was changed", "A team needs an owner.")
	}
	olivia.Post(memberPath(s.Olivia, "role"), role(models.Admin)).GoesTo(webtest.MembersPath).
		Says("alert", "Nothing was changed", "A team needs an owner.")
	s.Unchanged(t, "an admin at the owners", func() {
		ade.Post(memberPath(s.Olivia, "role"), role(models.Viewer)).
			Expect(http.StatusForbidden, "Only an owner may make or unmake an owner.")
		ade.Post(memberPath(s.Dev, "role"), role(models.Owner)).Expect(http.StatusForbidden)
		ade.Post(memberPath(s.Olivia, "remove"), nil).Expect(http.StatusForbidden, "Only an owner may remove an owner.")
		ade.Post(memberPath(s.Dev, "role"), url.Values{"role": {"engineer"}}).GoesTo(webtest.MembersPath).
			Says("alert", "Nothing was changed")
	})
	p := olivia.Get(webtest.MembersPath + "?hand-over=" + s.Ade.UserID).Expect(http.StatusOK)
	if p.Dialog() == nil {
		t.Fatal("there is no dialog to hand over")
	}
	olivia.Post(memberPath(s.Ade, "hand-over"), nil).GoesTo(webtest.MembersPath).Says("status", "Ownership handed over")
	olivia.Post(memberPath(s.Vic, "hand-over"), nil).Expect(http.StatusForbidden)
	olivia.Post(webtest.MembersPath+"/leave", nil).GoesTo("/?all").Says("status", "You left Acme Books")
	olivia.Get(webtest.MembersPath).Expect(http.StatusNotFound)
}

// TestDialogsAreForWhatCanBeDone: the address asks for a dialog, and an id that
// it cannot be about opens none.
func TestDialogsAreForWhatCanBeDone(t *testing.T) {
	s := webtest.OnSQLite(t)
	for _, test := range []struct {
		who   models.Actor
		query string
		opens bool
	}{
		{s.Ade, "?remove=" + s.Dev.UserID, true}, {s.Ade, "?remove=" + s.Olivia.UserID, false},
		{s.Ade, "?remove=" + s.Uma.UserID, false},
		{s.Ade, "?remove=%27", false}, {s.Ade, "?hand-over=" + s.Dev.UserID, false},
		{s.Vic, "?remove=" + s.Dev.UserID, false},
		{s.Vic, "?leave", true}, {s.Olivia, "?leave", false}, {s.Olivia, "?hand-over=" + s.Uma.UserID, false},
	} {
		if p := s.As(test.who).Get(webtest.MembersPath + test.query).
			Expect(http.StatusOK); (p.Dialog() != nil) != test.opens {
			t.Errorf("%s of %s opens a dialog: %v", test.query, test.who.Name, p.Dialog() != nil)
		}
	}
}

// TestMembersAreFound by name and address, sorted as people sort, in parts, and given as tables.
func TestMembersAreFound(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		join := func(name, email string, role models.Role) {
			s.Database.Clock.Add(time.Second)
			user, err := s.Store.CreateUser(t.Context(), storetest.System, email, name, "")
			s.Ok(err)
			s.Ok(s.Store.AddMember(t.Context(), storetest.System, s.Acme.Slug, user.ID, role))
		}
		for i := range 60 {
			join(fmt.Sprintf("Member %d", i+1), fmt.Sprintf("m%d@acme.example", i+1), models.Developer)
		}
		join("Émile Zorn", "emile@acme.example", models.Viewer)
		join("élan Ayer", "elan@acme.example", models.Viewer)
		vic := s.As(s.Vic)
		const path = "/t/acme/members"
		names := func(p *webtest.Page) (names []string) {
			for _, row := range webtest.Find(p.Region("66 members"), webtest.IsTag("strong")) {
				names = append(names, webtest.Words(row))
			}
			return names
		}
		p := vic.Get(path).Expect(http.StatusOK)
		first := names(p)
		more := names(vic.Get(p.Link("Further")))
		all := append(slices.Clone(first), more...)
		want := []string{"Ade Admin", "Dev Developer", "élan Ayer", "Émile Zorn", "Member 1", "Member 2", "Member 3"}
		if len(first) != 50 || len(all) != 66 || !slices.Equal(all[:len(want)], want) ||
			slices.Index(all, "Member 9") > slices.Index(all, "Member 10") {
			t.Errorf("the members are %q", all)
		}
		if back := names(vic.Get(vic.Get(p.Link("Further")).Link("Before"))); !slices.Equal(back, first) {
			t.Errorf("back again they are %q", back)
		}
		for query, want := range map[string]string{"q=ZORN": "Émile Zorn", "q=elan@": "élan Ayer",
			"role=owner":             "Olivia Owner",
			"q=member+1&sort=newest": "Member 1", "role=admin&sort=role": "Ade Admin"} {
			if got := names(vic.Get(path + "?" + query)); !slices.Contains(got, want) || len(got) > 20 {
				t.Errorf("%s finds %q", query, got)
			}
		}
		if got := names(vic.Get(path + "?sort=role")); got[0] != "Olivia Owner" || got[1] != "Ade Admin" {
			t.Errorf("by role they are %q", got[:3])
		}
		vic.Get(path+"?q=nobody").Expect(http.StatusOK, "Nothing matches “nobody”")
		vic.Get(path+"?role=king").Expect(http.StatusOK, "“king” is none of the choices of Role.")
		table := vic.Get(vic.Get(path + "?role=viewer").Link("CSV")).Expect(http.StatusOK)
		if lines := strings.Split(strings.TrimSpace(table.Body), "\r\n"); len(lines) != 4 ||
			!strings.HasPrefix(lines[1], "élan Ayer,elan@acme.example,viewer,2026-03-02T") {
			t.Errorf("the table is %q", lines)
		}
		vic.Get("/t/acme/activity").Expect(http.StatusOK, "downloaded the list of members as CSV")
		s.As(s.Uma).Get(path + "?format=csv").Expect(http.StatusNotFound)
	})
}
