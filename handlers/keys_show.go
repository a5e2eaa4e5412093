package handlers

import (
	"net/http"
	"slices"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// KeysShow lists the environment's keys. ?revoke= opens the dialog for a kind
// of key, or for the id of one that works; with ?reason=compromised it is to end now.
// ?copy= is a secret key that may be copied now.
func (h *Handlers) KeysShow(v *EnvironmentVisit) error {
	page, err := h.keysPage(v)
	if err != nil {
		return err
	}
	page.Revoke = openDialog(page, v.QueryParam("revoke"))
	if page.Revoke != nil && models.RevokeReason(v.QueryParam("reason")) == models.Compromised {
		page.Revoke.Reason = string(models.Compromised)
	}
	page.CopyNext = page.Secret != nil && v.QueryParam("copy") == page.Secret.ID
	page.FocusBelow = page.CopyNext || page.Revoke != nil
	return render(v, http.StatusOK, page)
}

// keysPage gathers the page of an environment's keys, with the dialog closed
// and the secret key hidden.
func (h *Handlers) keysPage(v *EnvironmentVisit) (pages.Keys, error) {
	base, err := h.environmentBase(v, "API keys", layout.Keys)
	if err != nil {
		return pages.Keys{}, err
	}
	page := pages.Keys{Base: base, CanManage: v.Team.May(models.ReplaceKey), APIURL: h.APIURL}
	if cover := v.Environment.Ending(base.Now); cover != nil && !page.IsLocked() {
		page.Agreement = agreement(cover)
	}
	page.SecretWithheld = !v.Team.Team.MayViewSecret(v.Team.Role, v.Environment.Kind)
	keys, err := v.Team.Keys(v.ctx(), v.Environment.Kind)
	if err != nil {
		return page, err
	}
	listKeys(&page, keys)
	if err := h.keyReceipts(v, &page, keys); err != nil {
		return page, err
	}
	if !base.Guest { // how keys are used tells of programs and addresses
		if err := h.keysUse(v, &page, keys); err != nil {
			return page, err
		}
	}
	if page.Publishable != nil {
		if page.PublishableText, err = v.Team.PublishableKey(v.ctx(), v.Environment.Kind); err != nil {
			return page, err
		}
	}
	if !page.CanManage && !base.Guest {
		people, err := v.Team.People(v.ctx())
		if err != nil {
			return page, err
		}
		page.Managers = managers(people, models.ReplaceKey)
	}
	return page, nil
}

// keyReceipts adds the receipts of keys that are revoked, and, for ?refused=, how far the
// change has come that the person has just made. The keys were read before.
func (h *Handlers) keyReceipts(v *EnvironmentVisit, page *pages.Keys, keys []models.Key) error {
	receipts, err := v.Team.Receipts(v.ctx(), v.Environment.Kind)
	if err != nil {
		return err
	}
	here := v.here(layout.Keys)
	for _, key := range keys {
		receipt, found := receipts[key.ID]
		if !found {
			continue
		}
		if i := slices.IndexFunc(page.Revoked, func(row pages.RevokedKey) bool { return row.ID == key.ID }); i >= 0 &&
			isRevoked(key) {
			page.Revoked[i].Receipt = here + "/" + key.ID + "/receipt"
			page.Revoked[i].Refusing = !receipt.Settled()
		}
		if key.ID == v.QueryParam("refused") {
			state := receiptState(receipt, isRevoked(key), here+"?refused="+key.ID)
			if key.StateAt(page.Now) == models.Retiring {
				state.Detail = "A new key was issued, and the old " + words.NamedKey(key.Kind, key.Ending, key.Name) +
					" works until " + words.Moment(*key.RetiresAt) + "."
			}
			page.Refusing, page.GoesOn = &state, !receipt.Settled()
		}
	}
	return nil
}

func listKeys(page *pages.Keys, keys []models.Key) {
	page.Publishable, page.Secret = activeKey(keys, models.Publishable), activeKey(keys, models.Secret)
	for _, key := range keys {
		switch key.StateAt(page.Now) {
		case models.Retiring:
			// Keys come newest first; the first to end is shown first.
			page.Retiring = append([]pages.RetiringKey{{
				ID: key.ID, Kind: key.Kind, Ending: key.Ending, Name: key.Name, CreatedAt: key.CreatedAt,
				Until: *key.RetiresAt, RevokedBy: words.By(key.RevokedBy), RevokedAt: *key.RevokedAt,
				Reason: words.ReasonName(key.Reason), Note: key.Note,
			}}, page.Retiring...)
		case models.Revoked:
			row := pages.RevokedKey{
				ID: key.ID, Kind: key.Kind, Ending: key.Ending, Name: key.Name, CreatedAt: key.CreatedAt,
				RevokedAt: *key.RevokedAt, RevokedBy: key.RevokedBy.Name,
				Engineer: key.RevokedBy.Capacity == models.AsEngineer, Reason: words.ReasonName(key.Reason),
				Note: key.Note,
			}
			if key.RetiresAt != nil {
				row.StoppedAt = *key.RetiresAt
			}
			page.Revoked = append(page.Revoked, row)
		}
	}
}

// openDialog is the dialog for the key that was chosen, nil when there is no
// such key.
func openDialog(page pages.Keys, chosen string) *pages.RevokeForm {
	if !page.CanManage {
		return nil
	}
	form := &pages.RevokeForm{Locked: page.IsLocked(), When: "grace", Grace: "24h", Reason: string(models.Rotation)}
	for kind, key := range map[models.KeyKind]*pages.KeyFacts{models.Publishable: page.Publishable,
		models.Secret: page.Secret} {
		if key != nil && (chosen == string(kind) || chosen == key.ID) {
			form.KeyID, form.Kind, form.Ending, form.Use = key.ID, kind, key.Ending, page.UseOf(kind)
			form.Name, form.NewName = key.Name, key.Name
			return form
		}
	}
	for _, key := range page.Retiring {
		if chosen == key.ID {
			form.KeyID, form.Kind, form.Ending, form.Name = key.ID, key.Kind, key.Ending, key.Name
			form.Retiring, form.Use = true, key.Use
			return form
		}
	}
	return nil
}
