package handlers

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// settledPatience is how long a page waits until all processes act on a change, before it
// says how far it has come.
const settledPatience = 2 * time.Second

// settled returns the receipt of a change of an environment's keys, after a moment in which
// it may be settled.
func (h *Handlers) settled(
	ctx context.Context, environmentID string, read func() (models.Receipt, error),
) (models.Receipt, error) {
	if _, err := h.Store.AwaitSettled(ctx, environmentID, settledPatience); err != nil {
		return models.Receipt{}, err
	}
	return read()
}

// KeyReceipt shows the proof that a key is refused everywhere since it was revoked. The
// same address with .json behind it is for programs.
func (h *Handlers) KeyReceipt(v *EnvironmentVisit) error {
	return h.receiptPage(v, func() (models.Receipt, error) {
		return v.Team.Receipt(v.ctx(), v.Environment.Kind, v.Param("key"))
	})
}

// KeyReceiptJSON is KeyReceipt for programs.
func (h *Handlers) KeyReceiptJSON(v *EnvironmentVisit) error {
	return receiptJSON(v, func() (models.Receipt, error) {
		return v.Team.Receipt(v.ctx(), v.Environment.Kind, v.Param("key"))
	})
}

// Receipt shows the proof that a change of an environment is in force everywhere, by its
// sequence number; with .json behind it for programs. That of a key is at the key's address.
func (h *Handlers) Receipt(v *EnvironmentVisit) error {
	number, isJSON := strings.CutSuffix(v.Param("sequence"), ".json")
	sequence, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return models.ErrNotFound()
	}
	read := func() (models.Receipt, error) {
		receipt, err := v.Team.ReceiptOf(v.ctx(), v.Environment.Kind, sequence)
		if err == nil && receipt.KeyID != "" {
			err = models.ErrNotFound()
		}
		return receipt, err
	}
	if isJSON {
		return receiptJSON(v, read)
	}
	return h.receiptPage(v, read)
}

// isRevoked reports whether the last receipt of the key is that of its end. It is not while
// the grace period is over and that is not written down: then there is no receipt of it yet.
// The key must have been read before its receipt.
func isRevoked(key models.Key) bool { return key.State == models.Revoked }

// findKey returns the key with the id of the environment's keys, if it is among them.
func findKey(v *EnvironmentVisit, keyID string) (key models.Key, found bool, err error) {
	keys, err := v.Team.Keys(v.ctx(), v.Environment.Kind)
	for _, key := range keys {
		if key.ID == keyID {
			return key, true, err
		}
	}
	return models.Key{}, false, err
}

func (h *Handlers) receiptPage(v *EnvironmentVisit, read func() (models.Receipt, error)) error {
	base, err := h.environmentBase(v, "Receipt", layout.Keys)
	if err != nil {
		return err
	}
	key, found, err := findKey(v, v.Param("key"))
	if err != nil {
		return err
	}
	receipt, err := read()
	if err != nil {
		return err
	}
	of, revoked := "All keys of "+v.Environment.Kind.Name(), false
	switch {
	case found:
		of, revoked = words.Key(&key), isRevoked(key)
	case receipt.KeyID != "": // one of many that were revoked long ago
		of, revoked = "A key of "+v.Environment.Kind.Name(), true
	}
	address := receiptAddress(v.TeamVisit, v.Environment.Kind, receipt.Change)
	page := pages.Receipt{
		Base: base, Of: of, KeyID: receipt.KeyID, CommittedAt: receipt.CommittedAt, Sequence: receipt.Sequence,
		ReceiptState: receiptState(receipt, revoked, address), JSON: address + ".json",
	}
	page.GoesOn = !receipt.Settled()
	for _, p := range receipt.Processes {
		page.Processes = append(page.Processes, pages.ReceiptProcess{
			ID: p.ProcessID, Version: p.Version, ConfirmedAt: orZero(p.ConfirmedAt), LeaseEndedAt: orZero(p.LeaseEndedAt),
		})
	}
	for _, p := range receipt.Waiting {
		page.Processes = append(page.Processes, pages.ReceiptProcess{
			ID: p.ID, Version: p.Version, AtTheLatest: p.LeaseEnds().Add(models.LeaseMargin(p.Lease())),
		})
	}
	return render(v, http.StatusOK, page)
}

func receiptState(receipt models.Receipt, revoked bool, address string) pages.ReceiptState {
	state := pages.ReceiptState{Revoked: revoked, Address: address, SettledAt: orZero(receipt.SettledAt)}
	if !receipt.Settled() {
		state.Progress = words.Progress(receipt)
	}
	return state
}

// receiptAddress is where the receipt of a change is shown: that of its key, which is the
// key's last, or by its number.
func receiptAddress(v *TeamVisit, kind models.EnvironmentKind, change models.Change) string {
	base := layout.Href(v.Team.Team.Slug, string(kind), layout.Overview)
	if change.KeyID != "" {
		return base + "/keys/" + change.KeyID + "/receipt"
	}
	return base + "/receipts/" + strconv.FormatInt(change.Sequence, 10)
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// receiptFile is a receipt for programs. Its moments are of the database's clock.
type receiptFile struct {
	KeyID              string           `json:"key_id,omitempty"` // none: all keys of the environment
	EnvironmentID      string           `json:"environment_id"`
	Sequence           int64            `json:"sequence"`
	CommittedAt        time.Time        `json:"committed_at"`
	InForceEverywhere  *time.Time       `json:"in_force_everywhere_at"` // null: not yet
	RefusedEverywhere  *time.Time       `json:"refused_everywhere_at"`  // the same of a key's end; null: not yet, or no end
	Processes          []receiptProcess `json:"processes"`
	WaitingForAtLatest *time.Time       `json:"at_the_latest,omitempty"`
}

// receiptProcess has one of the moments; neither while the process is waited for.
type receiptProcess struct {
	ID           string     `json:"id"`
	Version      string     `json:"version"`
	ConfirmedAt  *time.Time `json:"confirmed_at,omitempty"`
	LeaseEndedAt *time.Time `json:"lease_ended_at,omitempty"`
}

func receiptJSON(v *EnvironmentVisit, read func() (models.Receipt, error)) error {
	key, found, err := findKey(v, v.Param("key"))
	if err != nil {
		return err
	}
	receipt, err := read()
	if err != nil {
		return err
	}
	file := receiptFile{
		KeyID: receipt.KeyID, EnvironmentID: receipt.EnvironmentID, Sequence: receipt.Sequence,
		CommittedAt: receipt.CommittedAt, InForceEverywhere: receipt.SettledAt, Processes: []receiptProcess{},
	}
	if receipt.KeyID != "" && (!found || isRevoked(key)) {
		file.RefusedEverywhere = receipt.SettledAt
	}
	for _, p := range receipt.Processes {
		file.Processes = append(file.Processes, receiptProcess{p.ProcessID, p.Version, p.ConfirmedAt, p.LeaseEndedAt})
	}
	for _, p := range receipt.Waiting {
		file.Processes = append(file.Processes, receiptProcess{ID: p.ID, Version: p.Version})
	}
	if latest := receipt.AtTheLatest(); !receipt.Settled() && !latest.IsZero() {
		file.WaitingForAtLatest = &latest
	}
	v.Response().Header().Set("Content-Disposition", "attachment; filename=receipt-"+
		strconv.FormatInt(receipt.Sequence, 10)+".json")
	return v.JSONPretty(http.StatusOK, file, "  ")
}
