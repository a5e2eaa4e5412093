package main

import (
	"strings"
	"time"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

const useCase = "Recommendations on acmebooks.example, about 40,000 visitors a day. We want to go live with the new " +
	"storefront on 1 December."

var (
	pending = pages.UnlockRequest{ID: "r3", State: models.Pending, UseCase: useCase, AskedAt: ago(35 * time.Minute),
		AskedBy: "Ade Okafor", StartsOn: now.Add(8 * day), DailyRequests: 40000, LapsesAt: now.Add(30 * day)}
	lapsed = pages.UnlockRequest{ID: "r4", State: models.Lapsed, UseCase: "Checkout upsells", AskedAt: ago(31 * day),
		AskedBy: "Uma Reyes", DecidedAt: ago(day), DecidedBy: "Dojo"}
	declined = pages.UnlockRequest{
		ID: "r2", State: models.Declined, UseCase: "We need it.", AskedAt: ago(2 * day), AskedBy: "Dev Castellano",
		DecidedAt: ago(30 * time.Hour), DecidedBy: "Sol Marchetti",
		Reason: "Please say which site it is for and how many visitors it has, so that we can size it.",
	}
	withdrawn = pages.UnlockRequest{ID: "r1", State: models.Withdrawn, UseCase: "A first try", AskedAt: ago(5 * day),
		AskedBy: "Ade Okafor", DecidedAt: ago(5*day - time.Hour), DecidedBy: "Ade Okafor"}
	approved = pages.UnlockRequest{ID: "r0", State: models.Approved, UseCase: "Our test shop", AskedAt: ago(60 * day),
		AskedBy: "Olivia Brandt", DecidedAt: ago(58 * day), DecidedBy: "Sol Marchetti", Agreement: agreement}
)

func lockedStates() []state {
	locked := pages.Locked{Base: lockedBase(), CanRequest: true, UseCaseMax: 2000}

	asking := locked
	asking.Asking = true

	rejected := asking
	rejected.DailyRequests, rejected.DailyRequestsError = "lots", "Write a whole number, such as 50000."
	rejected.UseCase, rejected.UseCaseError = strings.Repeat("Books! ", 30),
		"Use at most 2,000 characters: this has 2,340."

	waiting := locked
	waiting.Pending, waiting.Earlier = &pending, []pages.UnlockRequest{withdrawn}
	waiting.LastReply = &replies[0]

	refused := locked
	refused.Earlier = []pages.UnlockRequest{declined, withdrawn}

	ended := locked
	ended.Apart = true
	ended.Lapsed = &pages.Agreement{Reference: "MSA-2025-002", Ends: ago(4 * day)}
	ended.Earlier = []pages.UnlockRequest{approved}

	renewing := ended
	renewing.Asking = true

	ending := pages.Locked{Base: endingBase("Renew the agreement of Production", layout.Overview), Apart: true,
		CanRequest: true, UseCaseMax: 2000,
		Ending: &pages.Agreement{Reference: "MSA-2026-014", Ends: now.Add(12*day - time.Nanosecond)}}

	forgotten := locked
	forgotten.Earlier = []pages.UnlockRequest{lapsed}

	development := inside("Development is locked", layout.Overview, "development")
	development.Environment.State = layout.Locked
	offered := pages.Locked{Base: development, CanRequest: true, UseCaseMax: 2000, TrialEnds: now.Add(14 * day),
		Offer: "14d,1000", OfferPerDay: 1000}
	trial := pages.Locked{Base: inside("Unlock Development", layout.Overview, "development"), CanRequest: true,
		UseCaseMax: 2000, Trial: &pages.Agreement{Reference: "Trial of 9 November 2026", Ends: now.Add(9 * day), Trial: true}}

	viewer := locked
	viewer.CanRequest, viewer.Person, viewer.Managers = false, vic,
		[]string{"Olivia Brandt", "Ade Okafor", "Dev Castellano"}
	return []state{
		{"locked", locked},
		{"locked-asking", asking},
		{"locked-rejected", rejected},
		{"locked-waiting", waiting},
		{"locked-declined", refused},
		{"locked-lapsed", ended},
		{"unlock-renewal", renewing},
		{"unlock-ending", ending},
		{"locked-request-lapsed", forgotten},
		{"locked-viewer", viewer},
		{"locked-trial-offered", offered},
		{"unlock-trial", trial},
	}
}
