package main

import (
	"time"

	"dojo/views/layout"
	"dojo/views/pages"
)

var (
	refused  = &pages.ReceiptState{Revoked: true, SettledAt: ago(2 * time.Second)}
	refusing = &pages.ReceiptState{
		Revoked: true, Address: "/t/acme/production/keys?refused=k1",
		Progress: "2 of 3 processes so far. The other one at the latest at 14:05:12 UTC, when its lease ends.",
	}
)

func receiptStates() []state {
	base := inside("Receipt", layout.Keys, "production")
	done := pages.Receipt{
		Base: base, ReceiptState: *refused, Of: "Secret key, revoked on 3 November 2026", KeyID: "q3v5ykd2m7x4n6p8r2t4w6z2ab",
		CommittedAt: ago(2*time.Second + 4*time.Millisecond), Sequence: 1204, JSON: "#",
		Processes: []pages.ReceiptProcess{
			{ID: "aaaabbbbccccddddeeeeffff22", Version: "1.4.0", ConfirmedAt: ago(2*time.Second + 2*time.Millisecond)},
			{ID: "ggggbbbbccccddddeeeeffff33", Version: "1.4.0", ConfirmedAt: ago(2*time.Second + time.Millisecond)},
			{ID: "hhhhbbbbccccddddeeeeffff44", Version: "1.3.2", LeaseEndedAt: ago(2 * time.Second)},
		},
	}
	waiting := done
	waiting.ReceiptState = *refusing
	waiting.Processes = append([]pages.ReceiptProcess{}, done.Processes...)
	waiting.Processes[2] = pages.ReceiptProcess{ID: "hhhhbbbbccccddddeeeeffff44", Version: "1.3.2",
		AtTheLatest: now.Add(8 * time.Second)}
	origins := done
	origins.KeyID, origins.Of, origins.Revoked = "", "All keys of Production", false
	return []state{{"receipt", done}, {"receipt-waiting", waiting}, {"receipt-settings", origins}}
}

func processStates() []state {
	base := desk("Processes", layout.DeskProcesses)
	here := pages.Process{
		ID: "aaaabbbbccccddddeeeeffff22", Host: "dojo-1", Version: "1.4.0", Since: ago(3 * day), This: true,
		Lease: 10 * time.Second, LeaseEnds: now.Add(9 * time.Second), RenewedAt: ago(time.Second), Listening: true,
		Lag: 3 * time.Millisecond, Keys: 48_213, Memory: 61_000_000, Requests: 1204,
	}
	beside, late, out := here, here, here
	beside.ID, beside.Host, beside.This, beside.Listening, beside.Requests = "ggggbbbbccccddddeeeeffff33", "dojo-2",
		false, false, 0.4
	late.ID, late.Host, late.This, late.Behind = "hhhhbbbbccccddddeeeeffff44", "dojo-3", false, 1
	late.RenewedAt, late.LeaseEnds = ago(12*time.Second), ago(2*time.Second)
	out.ID, out.Host, out.This, out.OutAt = "iiiibbbbccccddddeeeeffff55", "a-host-with-a-very-long-name.internal.example",
		false, ago(20*time.Minute)
	forgotten := pages.Process{ID: "jjjjbbbbccccddddeeeeffff66", Lease: 10 * time.Second, Since: ago(time.Minute),
		LeaseEnds: ago(50 * time.Second), RenewedAt: ago(time.Minute), OutAt: ago(49 * time.Second)}
	return []state{
		{"desk-processes", pages.DeskProcesses{Base: base, Rows: []pages.Process{here, beside, late, out, forgotten}}},
		{"desk-processes-one", pages.DeskProcesses{Base: base, Single: true, Rows: []pages.Process{here}}},
	}
}
