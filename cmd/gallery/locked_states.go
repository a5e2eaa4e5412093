package main

import (
	"strings"
	"time"

	"dojo/models"
	"dojo/views/pages"
)

const useCase = "Recommendations on acmebooks.example, about 40,000 visitors a day. We want to go live with the new " +
	"storefront on 1 December."

var (
	pending = pages.UnlockRequest{ID: "r3", State: models.Pending, UseCase: useCase, AskedAt: ago(35 * time.Minute),
		AskedBy: "Ade Okafor"}
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
	rejected.UseCase, rejected.UseCaseError = strings.Repeat("Books! ", 30),
		"Use at most 2,000 characters: this has 2,340."

	waiting := locked
	waiting.Pending, waiting.Earlier = &pending, []pages.UnlockRequest{withdrawn}

	refused := locked
	refused.Earlier = []pages.UnlockRequest{declined, withdrawn}

	lapsed := locked
	lapsed.Lapsed = &pages.Agreement{Reference: "MSA-2025-002", Ends: ago(4 * day)}
	lapsed.Earlier = []pages.UnlockRequest{approved}

	viewer := locked
	viewer.CanRequest, viewer.Person, viewer.Managers = false, vic,
		[]string{"Olivia Brandt", "Ade Okafor", "Dev Castellano"}
	return []state{
		{"locked", locked},
		{"locked-asking", asking},
		{"locked-rejected", rejected},
		{"locked-waiting", waiting},
		{"locked-declined", refused},
		{"locked-lapsed", lapsed},
		{"locked-viewer", viewer},
	}
}
