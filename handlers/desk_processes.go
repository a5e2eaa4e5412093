package handlers

import (
	"net/http"
	"time"

	"dojo/views/layout"
	"dojo/views/pages"
)

// DeskProcesses lists the processes that serve.
func (h *Handlers) DeskProcesses(v *DeskVisit) error {
	base, err := h.deskBase(v, "Processes", layout.DeskProcesses)
	if err != nil {
		return err
	}
	list, err := v.Desk.Processes(v.ctx())
	if err != nil {
		return err
	}
	page := pages.DeskProcesses{Base: base, Single: list.Single}
	for _, p := range list.Rows {
		page.Rows = append(page.Rows, pages.Process{
			ID: p.ID, Host: p.Host, Version: p.Version, Since: p.StartedAt, This: p.ID == list.This, Lease: p.Lease(),
			LeaseEnds: p.LeaseEnds(), RenewedAt: p.RenewedAt, OutAt: orZero(p.OutAt),
			Behind: int(list.Last - p.Applied), Lag: time.Duration(p.Stats.LagMS * float64(time.Millisecond)),
			Listening: p.Stats.Listening, Keys: p.Stats.Keys, Memory: p.Stats.Memory, Requests: p.Stats.Requests,
		})
	}
	return render(v, http.StatusOK, page)
}
