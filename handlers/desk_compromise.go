package handlers

import (
	"net/http"
	"net/url"
	"strings"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// DeskCompromise is where a leaked key is pasted. ?found= shows a key that was
// found, by its id.
func (h *Handlers) DeskCompromise(v *DeskVisit) error {
	page, err := h.compromisePage(v)
	if err != nil {
		return err
	}
	if id := v.QueryParam("found"); id != "" {
		found, err := v.Desk.Key(v.ctx(), id)
		if err != nil {
			return err
		}
		if page.Found, err = h.foundKey(v, found); err != nil {
			return err
		}
		if receipt := page.Found.Receipt; receipt != nil {
			page.GoesOn = receipt.SettledAt.IsZero()
			if v.QueryParams().Has("replaced") {
				receipt.Detail = "The team has a new key and reads what you wrote."
			}
		}
	}
	return render(v, http.StatusOK, page)
}

func (h *Handlers) compromisePage(v *DeskVisit) (pages.DeskCompromise, error) {
	base, err := h.deskBase(v, "Compromised key", layout.DeskCompromise)
	return pages.DeskCompromise{Base: base, Replace: "yes"}, err
}

// DeskCompromiseFind finds the keys in what was pasted, and their teams. The text is in the
// body of the request and nowhere else: an address would put it into histories and logs.
func (h *Handlers) DeskCompromiseFind(v *DeskVisit) error {
	page, err := h.compromisePage(v)
	if err != nil {
		return err
	}
	found, err := v.Desk.FindKeys(v.ctx(), v.FormValue("key"))
	switch wrong := fieldErrors(err); {
	case wrong != nil:
		page.KeyError = wrong["key"]
		return render(v, http.StatusUnprocessableEntity, page)
	case models.CodeOf(err) == models.NotFound:
		page.Unknown = true
		return render(v, http.StatusOK, page)
	case err != nil:
		return err
	case len(found) > 1:
		page.Several = h.foundKeys(found)
		return render(v, http.StatusOK, page)
	}
	if page.Found, err = h.foundKey(v, found[0]); err != nil {
		return err
	}
	return render(v, http.StatusOK, page)
}

// foundKeys are the lines from which one of several keys is chosen.
func (h *Handlers) foundKeys(found []store.FoundKey) []pages.FoundKeyLine {
	lines := make([]pages.FoundKeyLine, len(found))
	for i, f := range found {
		lines[i] = pages.FoundKeyLine{ID: f.Key.ID, Kind: f.Key.Kind, Ending: f.Key.Ending,
			State: f.Key.StateAt(h.Store.Now()), TeamName: f.Team.Name, Environment: h.environment(f.Environment)}
	}
	return lines
}

// DeskCompromiseRevoke revokes the key that was found.
func (h *Handlers) DeskCompromiseRevoke(v *DeskVisit) error {
	replace, note := v.FormValue("replace"), v.FormValue("reason")
	var err error
	var done store.Replacement
	switch {
	case replace != "yes" && replace != "no":
		err = models.InvalidField("replace", "Choose whether the team gets a new key at once.")
	case strings.TrimSpace(note) == "":
		err = models.InvalidField("note", "Say what happened. The team reads it.")
	default:
		done, err = v.Desk.RevokeCompromised(v.ctx(), v.Param("key"), replace == "yes", note)
	}
	if wrong := fieldErrors(err); wrong != nil {
		return h.compromiseAgain(v, wrong)
	}
	back := "/desk/compromise?" + url.Values{"found": {v.Param("key")}}.Encode()
	if models.CodeOf(err) == models.Conflict {
		return v.redirect(back, bad("Nothing was changed", message(err)))
	}
	if err != nil {
		return err
	}
	if done.New != nil {
		back += "&replaced=1"
	}
	if _, err := h.Store.AwaitSettled(v.ctx(), done.Old.EnvironmentID, settledPatience); err != nil {
		return v.redirect(back, revoked(done, models.Receipt{}, err))
	}
	return v.Redirect(http.StatusSeeOther, back) // the page itself says since when the key is refused
}

func (h *Handlers) compromiseAgain(v *DeskVisit, wrong map[string]string) error {
	page, err := h.compromisePage(v)
	if err != nil {
		return err
	}
	found, err := v.Desk.Key(v.ctx(), v.Param("key"))
	if err != nil {
		return err
	}
	if page.Found, err = h.foundKey(v, found); err != nil {
		return err
	}
	page.Replace, page.Reason = v.FormValue("replace"), v.FormValue("reason")
	page.ReplaceError, page.ReasonError = wrong["replace"], wrong["note"]
	return render(v, http.StatusUnprocessableEntity, page)
}

func (h *Handlers) foundKey(v *DeskVisit, found store.FoundKey) (*pages.FoundKey, error) {
	key := found.Key
	use, err := h.foundKeyUse(v, key)
	page := &pages.FoundKey{
		Use:      use,
		DeskKey:  pages.DeskKey{KeyFacts: keyFacts(key), Kind: key.Kind},
		TeamSlug: found.Team.Slug, TeamName: found.Team.Name, Environment: h.environment(found.Environment),
	}
	switch key.StateAt(h.Store.Now()) {
	case models.Retiring:
		page.Until = *key.RetiresAt
	case models.Revoked:
		page.RevokedAt, page.RevokedBy, page.Why = *key.RevokedAt, words.By(key.RevokedBy), words.ReasonName(key.Reason)
		if key.Note != "" {
			page.Why += ": " + key.Note
		}
		receipt, unknown := v.Desk.Receipt(v.ctx(), key.ID)
		if unknown == nil && isRevoked(key) {
			state := receiptState(receipt, true, "/desk/compromise?found="+key.ID)
			state.Detail = "The team has no " + string(key.Kind) + " key now, unless it got a new one since. It reads what " +
				"you wrote."
			page.Receipt = &state
		}
	}
	return page, err
}

// foundKeyUse is how a key that was found at the desk is used.
func (h *Handlers) foundKeyUse(v *DeskVisit, key models.Key) (pages.KeyUse, error) {
	h.flush(v.ctx())
	now := h.Store.Now()
	use, callers, err := v.Desk.KeyUse(v.ctx(), key.ID)
	if err != nil {
		return pages.KeyUse{}, err
	}
	requests, err := v.Desk.KeyRequests(v.ctx(), key.ID, lastDay(now))
	page := keyUse(use)
	page.DayRequests = int(requests)
	page.SetCallers(callersOf(callers, nil), 2*fewCallers, lastDay(now))
	return *page, err
}
