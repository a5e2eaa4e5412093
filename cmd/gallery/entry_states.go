package main

import (
	"strconv"
	"time"

	"dojo/views/layout"
	"dojo/views/pages"
)

// states are all states, in the order of the journey.
func states() []state {
	var all []state
	all = append(all, entryStates()...)
	all = append(all, peopleStates()...)
	all = append(all, accountStates()...)
	all = append(all, notificationStates()...)
	all = append(all, environmentStates()...)
	all = append(all, keyStates()...)
	all = append(all, lockedStates()...)
	all = append(all, teamRequestStates()...)
	all = append(all, recordStates()...)
	all = append(all, activityStates()...)
	all = append(all, usageStates()...)
	all = append(all, useStates()...)
	all = append(all, environmentSettingsStates()...)
	all = append(all, deskStates()...)
	all = append(all, agreementStates()...)
	all = append(all, deskPeopleStates()...)
	all = append(all, webhookStates()...)
	all = append(all, searchStates()...)
	all = append(all, failureStates()...)
	return all
}

var demoSignIns = []pages.DemoSignIn{
	{Email: "ade@acme.example", Password: "dojo-demo", Who: "Acme Books, admin"},
	{Email: "olivia@acme.example", Password: "dojo-demo", Who: "Acme Books, owner"},
	{Email: "dev@acme.example", Password: "dojo-demo", Who: "Acme Books and Umami Foods, developer"},
	{Email: "vic@acme.example", Password: "dojo-demo", Who: "Acme Books, viewer"},
	{Email: "uma@umami.example", Password: "dojo-demo", Who: "Umami Foods, owner"},
	{Email: "sol@dojo.example", Password: "dojo-demo", Who: "Solutions engineer"},
}

func entryStates() []state {
	signIn, setup := plain("Sign in", nil), plain("Make your account", nil)
	cards := []pages.TeamCard{
		{Slug: "acme", Name: "Acme Books", Role: "Developer", Environments: environments(layout.Locked)},
		{Slug: "umami", Name: "Umami Foods", Role: "Developer", Environments: environments(layout.Unlocked)},
	}
	return []state{
		{"login", pages.Login{Base: signIn}},
		{"login-kept", pages.Login{Base: signIn, Kept: true, Next: "/resume/t0ken"}},
		{"others-form", pages.OthersForm{Base: plain("Somebody else’s form", vic), Back: "/t/acme/production?request=1",
			Next: "/login?next=%2Fresume%2Ft0ken"}},
		{"login-fresh", pages.Login{Base: signIn, Fresh: true}},
		{"login-demo", pages.Login{Base: signIn, Demo: demoSignIns}},
		{"login-wrong", pages.Login{Base: signIn, Email: "ade@acme.example", Wrong: true}},
		{"login-wait", pages.Login{Base: signIn, Email: "ade@acme.example", Wait: 4 * time.Minute}},
		{"setup", pages.Setup{Base: setup, Token: "t", Email: "olivia@acme.example", MinPassword: 12}},
		{"setup-engineer", pages.Setup{Base: setup, Token: "t", AskEmail: true, MinPassword: 12}},
		{"setup-rejected", pages.Setup{Base: setup, Token: "t", Email: "olivia@acme.example", MinPassword: 12,
			NameError: "Enter your name.", PasswordError: "Use at least 12 characters: this has 6."}},
		{"teams", pages.Teams{Base: plain("Teams", ade), Teams: cards}},
		{"teams-none", pages.Teams{Base: plain("Teams", vic)}},
		{"teams-none-engineer", pages.Teams{Base: plain("Teams", sol)}},
	}
}

func failureStates() []state {
	var all []state
	for _, status := range []int{403, 404, 405, 409, 413, 421, 422, 429, 500, 503} {
		failure := pages.Failure{Base: plain("Error", ade), Status: status, RequestID: "01JD8Z6M3T9V",
			Database: status == 503, Trusted: 8 * time.Second}
		if status == 429 {
			failure.Wait = 30 * time.Second
		}
		all = append(all, state{"error-" + strconv.Itoa(status), failure})
	}
	return append(all, state{"error-404-visitor", pages.Failure{Base: plain("Error", nil), Status: 404}})
}
