package journey

import "testing"

// TestLists: lists are narrowed to what is looked for, in a browser that is in no particular time
// zone; what cannot be is said, and downloads are in the activity.
func TestLists(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade := s.signIn(t, "ade@acme.example")
	ade.open("/t/acme/members")
	ade.find("link", "Invite someone").isThere()
	ade.find("searchbox", "Search members").fill("vic@")
	ade.find("button", "Search").follow()
	ade.row("vic@acme.example").isThere()
	ade.examines("members-found")

	ade.nav("Team activity").follow()
	ade.find("combobox", "What").choose("Keys")
	ade.find("button", "Search").follow()
	ade.isAt("/t/acme/activity?what=key")
	ade.open("/t/acme/activity?from=2026-03-02&to=2026-03-01")
	ade.says("The first day comes after the last one.", "Nothing is shown")
	ade.examines("activity-range-wrong")
}
