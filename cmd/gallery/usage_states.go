package main

import (
	"fmt"
	"time"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

const (
	chrome = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) " +
		"Chrome/141.0.0.0 Safari/537.36"
	nodeJS = "node"
)

var (
	succeeded   = pages.Outcome{Tone: "good", Text: "Succeeded"}
	revokedKey  = pages.Outcome{Tone: "wait", Text: "Refused: the key is revoked"}
	needsSecret = pages.Outcome{Tone: "wait", Text: "Refused: it needs the secret key"}
	rejected    = pages.Outcome{Tone: "bad", Text: "What was sent was not right"}
	failed      = pages.Outcome{Tone: "bad", Text: "The API failed"}

	callers = []pages.Caller{
		{Address: "203.0.113.24", UserAgent: nodeJS, FirstSeen: ago(12 * day), LastSeen: ago(20 * time.Second),
			Accepted: 18201, Key: "Secret key"},
		{Address: "2001:db8:85a3::8a2e:370:7334", UserAgent: chrome, Origin: "https://shop.acmebooks.example",
			FirstSeen: ago(3 * day), LastSeen: ago(4 * time.Minute), Accepted: 1204, Refused: 3,
			Key: "Publishable key"},
		{Address: "198.51.100.7", UserAgent: "python-requests/2.31.0", FirstSeen: ago(2 * time.Hour),
			LastSeen: ago(40 * time.Minute), Refused: 48, Key: "Secret key, revoked 23 Nov 2026"},
		{Address: "198.51.100.9", FirstSeen: ago(2 * time.Hour), LastSeen: ago(90 * time.Minute), Refused: 1,
			Key: "Publishable key"},
	}
	requestRows = []pages.RequestRow{
		{ID: "mfrggzdfmztwq2lknnwg23tpoa", At: ago(20 * time.Second), Method: "POST", Path: "/v1/interactions",
			Status: 200, Outcome: succeeded, Address: "203.0.113.24", UserAgent: nodeJS,
			Duration: 3400 * time.Microsecond, Key: "Secret key"},
		{ID: "nbswy3dpeb3w64tmmqxc4ltfpa", At: ago(4 * time.Minute), Method: "GET", Path: "/v1/products/miso-aka-500",
			Status: 403, Outcome: needsSecret, Address: "2001:db8:85a3::8a2e:370:7334", UserAgent: chrome,
			Duration: 100 * time.Microsecond, Key: "Publishable key"},
		{ID: "ovzwk4rnmfrggzdfmztwq2lkmm", At: ago(40 * time.Minute), Method: "POST", Path: "/v1/products", Status: 401,
			Outcome: revokedKey, Address: "198.51.100.7", UserAgent: "python-requests/2.31.0",
			Duration: 90 * time.Microsecond, Key: "Secret key, revoked 23 Nov 2026"},
		{ID: "pvzwk4rnmfrggzdfmztwq2lkmm", At: ago(50 * time.Minute), Method: "POST", Path: "/v1/users", Status: 422,
			Outcome: rejected, Address: "203.0.113.24", UserAgent: nodeJS, Duration: 12 * time.Millisecond,
			Key: "Secret key"},
	}
	keyChoices = []pages.Option{{Value: "k1", Label: "Publishable key"}, {Value: "k2", Label: "Secret key"},
		{Value: "k4", Label: "Secret key, revoked 23 Nov 2026"}}
	week = pages.Sparkline{0, 4, 12, 3, 0, 6, 14, 4, 0, 8, 18, 5, 1, 9, 21, 6, 0, 7, 16, 5, 0, 2, 6, 1, 0, 9, 24, 11}
)

func dayChart() pages.Chart {
	chart := pages.Chart{Each: "hour"}
	for i := range 24 {
		at := now.Truncate(time.Hour).Add(time.Duration(i-23) * time.Hour)
		bar := pages.Bar{Label: at.Format("Mon 2 Jan, 15:04"), Counts: pages.Counts{Succeeded: 300 + (i*i*37)%700}}
		if i%4 == 3 {
			bar.Short = at.Format("15:04")
		}
		if i > 20 {
			bar.Refused = 40 * (i - 20)
		}
		if i%7 == 2 {
			bar.Errors = 25
		}
		chart.Bars = append(chart.Bars, bar)
	}
	return chart
}

func monthChart() pages.Chart {
	chart := pages.Chart{Each: "day"}
	for i := range 30 {
		at := now.Truncate(day).Add(time.Duration(i-29) * day)
		bar := pages.Bar{Label: at.Format("Mon 2 Jan")}
		if i%7 == 1 {
			bar.Short = at.Format("2 Jan")
		}
		if i > 24 {
			bar.Counts = pages.Counts{Succeeded: i - 20, Errors: i % 2}
		}
		chart.Bars = append(chart.Bars, bar)
	}
	return chart
}

func usage(slug string) pages.Usage {
	return pages.Usage{
		Base: inside("Usage", layout.Usage, slug), Range: "day", Period: "in the last 24 hours",
		Before: "in the 24 hours before", Chart: dayChart(), Bar: usageBar(), Ever: true,
		Link:       pages.Link{Path: "/t/acme/" + slug + "/usage"},
		Sums:       pages.Counts{Succeeded: 15210, Refused: 240, Errors: 75},
		SumsBefore: pages.Counts{Succeeded: 13980, Refused: 4, Errors: 60},
		Endpoints: []pages.EndpointCounts{
			{Endpoint: "POST /v1/interactions", Counts: pages.Counts{Succeeded: 14800, Errors: 12}},
			{Endpoint: "POST /v1/products", Counts: pages.Counts{Succeeded: 410, Refused: 236, Errors: 63}},
			{Endpoint: "GET /v1/products/:id", Counts: pages.Counts{Refused: 4}},
		},
		Outcomes: []pages.OutcomeCount{
			{Outcome: succeeded, Requests: 15210}, {Outcome: revokedKey, Requests: 236},
			{Outcome: rejected, Requests: 70},
			{Outcome: failed, Requests: 5}, {Outcome: needsSecret, Requests: 4},
		},
		Callers: pages.GroupCallers(manyCallers()), MoreCallers: true, Requests: pages.FoldRequests(manyRequests()),
		Pager:    pages.Pager{Older: "?before=1"},
		Snippets: pages.Snippets{APIURL: apiURL, PublishableText: publishableText},
	}
}

// usageBar is the bar of filters, with a value for some of its fields: name, value, name, value.
func usageBar(values ...string) pages.ListBar {
	bar := pages.ListBar{
		Filters: []pages.ListFilter{
			{Name: "key", Label: "Key", All: "Any", Options: keyChoices},
			{Name: "outcome", Label: "Outcome", All: "Any", Options: []pages.Option{{Value: "succeeded", Label: "Succeeded"},
				{Value: "refused", Label: "Refused, for any reason"}, {Value: "errors", Label: "Errors of any kind"}}},
		},
		Fields: []pages.ListField{
			{Name: "status", Label: "Status", Hint: "404 or 4xx"}, {Name: "path", Label: "Path", Hint: "/v1/products"},
			{Name: "address", Label: "Address", Hint: "203.0.113."},
		},
		Dates: &pages.ListDates{Zone: "UTC"}, CSV: "?format=csv", JSONLines: "?format=jsonl", All: "?",
	}
	for i := 0; i < len(values); i += 2 {
		for j := range bar.Filters {
			if bar.Filters[j].Name == values[i] {
				bar.Filters[j].Value = values[i+1]
			}
		}
		for j := range bar.Fields {
			if bar.Fields[j].Name == values[i] {
				bar.Fields[j].Value = values[i+1]
			}
		}
	}
	return bar
}

// manyRequests are those of a health check in a row, among others.
func manyRequests() []pages.RequestRow {
	rows := append([]pages.RequestRow{}, requestRows[:2]...)
	for i := range 48 {
		rows = append(rows, pages.RequestRow{
			ID: fmt.Sprintf("mfrggzdfmztwq2lknnwg23t%03d", i), At: ago(5*time.Minute + time.Duration(i)*10*time.Second),
			Method: "GET", Path: "/verify", Status: 200, Outcome: succeeded, Address: "10.0.3.17", UserAgent: "nginx/1.24",
			Duration: time.Duration(300+i) * time.Microsecond, Key: "Secret key"})
	}
	return append(rows, requestRows[2:]...)
}

// manyCallers has a program that calls from many addresses, with two keys.
func manyCallers() []pages.Caller {
	list := append([]pages.Caller{}, callers...)
	for i := range 24 {
		list = append(list, pages.Caller{Address: fmt.Sprintf("10.12.4.%d", 17+i), UserAgent: "okhttp/4.9.3",
			FirstSeen: ago(12 * day), LastSeen: ago(time.Duration(i+1) * time.Minute), Accepted: 900 - 30*i,
			Key: keyChoices[i%2].Label})
	}
	return list
}

func usageStates() []state {
	month := usage("development")
	month.Range, month.Chart, month.Sums, month.SumsBefore = "month", monthChart(), pages.Counts{Succeeded: 35, Errors: 2},
		pages.Counts{}
	month.Period, month.Before = "in the last 30 days", "in the 30 days before"

	refused := usage("production")
	refused.Bar = usageBar("outcome", "refused", "key", "k4")
	refused.Sums, refused.SumsBefore, refused.Outcomes = pages.Counts{Refused: 236}, pages.Counts{},
		[]pages.OutcomeCount{{Outcome: revokedKey, Requests: 236}}
	refused.Endpoints = []pages.EndpointCounts{{Endpoint: "POST /v1/products", Counts: pages.Counts{Refused: 236}}}
	refused.Callers, refused.MoreCallers, refused.CallersKept = pages.GroupCallers(callers[2:3]), false, true
	refused.Requests, refused.Pager = pages.FoldRequests(requestRows[2:3]), pages.Pager{Newer: "?after=1"}
	refused.Pasted, refused.PastedError = "hello",
		"There is no request id in this: it has 26 lowercase letters and digits from 2 to 7."

	quiet := usage("production")
	quiet.Chart, quiet.Sums, quiet.Endpoints, quiet.Outcomes, quiet.Callers,
		quiet.MoreCallers = pages.Chart{Bars: make([]pages.Bar, 24), Each: "hour"}, pages.Counts{}, nil, nil, nil, false
	quiet.Bar, quiet.Requests, quiet.Pager = usageBar("outcome", "errors"), nil, pages.Pager{}

	kept := usage("production")
	kept.Bar, kept.Kept, kept.CallersKept = usageBar("path", "/v1/products", "status", "4xx"),
		&pages.KeptRequests{Requests: 6412, Counted: 15525}, true
	kept.Chart = pages.Chart{Bars: make([]pages.Bar, 24), Each: "hour"}
	kept.Chart.Bars[23].Refused = 2
	kept.Sums, kept.Outcomes = pages.Counts{Refused: 2}, []pages.OutcomeCount{{Outcome: needsSecret, Requests: 1},
		{Outcome: revokedKey, Requests: 1}}
	kept.Endpoints, kept.Callers, kept.MoreCallers = kept.Endpoints[2:], pages.GroupCallers(callers[1:3]), false
	kept.Requests, kept.Pager = pages.FoldRequests(requestRows[1:3]), pages.Pager{}

	wrong := usage("production")
	wrong.Bar = usageBar("status", "teapot")
	wrong.Bar.Fields[0].Error = "Write a status as 404, or 4xx for all from 400 to 499."
	wrong.Bar.Dates = &pages.ListDates{From: "2026-11-25", To: "2026-11-20", Zone: "UTC",
		Error: "The first day comes after the last one."}
	wrong.Bar.Unknown = []pages.Option{{Value: "century", Label: "Range"}}
	wrong.Range = ""

	none := pages.Usage{Base: inside("Usage", layout.Usage, "production"), Range: "day",
		Snippets: pages.Snippets{APIURL: apiURL, PublishableText: publishableText}}
	sample := pages.Usage{Base: inside("Usage", layout.Usage, "playground"), Range: "day",
		Snippets: pages.Snippets{APIURL: apiURL, ReadOnly: true}}
	return append([]state{
		{"usage", usage("production")},
		{"usage-month", month},
		{"usage-refused", refused},
		{"usage-quiet", quiet},
		{"usage-kept", kept},
		{"usage-range-wrong", wrong},
		{"usage-none", none},
		{"usage-playground-none", sample},
	}, explanationStates()...)
}

func explanation() pages.UsageRequest {
	checks := []pages.Check{
		{State: pages.Passed, Text: "One key was given"},
		{State: pages.Passed, Text: "It has the form of a key"},
		{State: pages.Passed, Text: "Dojo knows the key"},
		{State: pages.Failed, Text: "The key is revoked",
			Detail: "Sol Marchetti (solutions engineer) revoked it on 23 Nov 2026, 13:43 UTC (Compromised): Seen in " +
				"a public repository."},
	}
	for _, text := range []string{"Its grace period is not over", "The environment is unlocked",
		"The key opens this endpoint", "The secret key is not sent by a browser where that is refused",
		"The page’s origin is allowed", "The environment may be written to",
		"The environment has not made too many requests", "The API answers"} {
		checks = append(checks, pages.Check{State: pages.Skipped, Text: text})
	}
	return pages.UsageRequest{
		Base: inside("Request", layout.Usage, "production"), RequestRow: requestRows[2],
		Title: "Refused: the key is revoked",
		Why: "The key that this request showed was revoked on 23 Nov 2026, 13:43 UTC. A revoked key is refused for " +
			"ever.",
		Fixes: []pages.Fix{
			{Text: "Put the new secret key into the program at 198.51.100.7 (python-requests 2.31).", Link: "API keys",
				Href: "/t/acme/production/keys"},
		},
		Checks: checks, KeyHref: "/t/acme/production/keys#previous-keys",
	}
}

func explanationStates() []state {
	refused := explanation()

	fine := explanation()
	fine.RequestRow, fine.Title, fine.Why, fine.Fixes = requestRows[0], "Succeeded",
		"The key passed all checks and the API did what it was asked to.", nil
	for i := range fine.Checks {
		fine.Checks[i].State, fine.Checks[i].Detail = pages.Passed, ""
	}
	fine.Checks[3].Text = "The key is not revoked"

	other := explanation()
	elsewhere := environment("development", layout.Unlocked)
	other.Elsewhere, other.ElsewhereHref = &elsewhere, "/t/acme/development/usage/requests/x"
	other.Origin = "https://shop.acmebooks.example"

	missing := pages.UsageRequest{Base: inside("Request", layout.Usage, "development"), Missing: true}
	return []state{
		{"usage-request", refused},
		{"usage-request-fine", fine},
		{"usage-request-elsewhere", other},
		{"usage-request-missing", missing},
	}
}

var exposures = []pages.Exposure{
	{
		Kind: "secret_in_browser", Bad: true, KeyID: "k2", Keys: []string{"Secret key ••••7e17"},
		Title:   "A web page uses the secret key",
		Meaning: "Whoever visits the page can read the key and do everything with it that you can.",
		Advice: []pages.Fix{
			{Text: "Revoke the key: take it for known.", Link: "API keys",
				Href: "/t/acme/production/keys?revoke=secret"},
			{Text: "Let the page use the publishable key, or ask your own server."},
			{Text: "Refuse the secret key from browsers, so that this cannot happen unseen.",
				Link: "Environment settings", Href: "/t/acme/production/settings"},
		},
		Requests: 212, FirstSeen: ago(5 * time.Hour), LastSeen: ago(3 * time.Minute),
		Address: "2001:db8:85a3::8a2e:370:7334", UserAgent: chrome, Origin: "https://shop.acmebooks.example",
		CanResolve: true,
	},
	{
		Kind: "secret_in_url", KeyID: "k2", Title: "The secret key is sent in URLs",
		Keys: []string{"Secret key ••••7e17", "Secret key ••••9e03, replaced 23 Nov 2026"},
		Meaning: "Programs send it as the parameter api_key. Proxies and servers on the way keep URLs in their logs, " +
			"where many people can read them.",
		Advice: []pages.Fix{{Text: "Send it in the X-API-KEY header instead."},
			{Text: "Once your programs do, replace the key: the old one is in logs.",
				Link: "Revoke the secret key ••••7e17", Href: "/t/acme/production/keys?revoke=k2"},
			{Text: "Once your programs do, replace the key: the old one is in logs.",
				Link: "Revoke the secret key ••••9e03", Href: "/t/acme/production/keys?revoke=k3"}},
		Requests: 1204, FirstSeen: ago(9 * day), LastSeen: ago(time.Minute), Address: "203.0.113.24",
		UserAgent: "curl/8.5.0", CanResolve: true,
		Programs: []pages.ExposedProgram{{Name: "curl", Requests: 1194, LastSeen: ago(time.Minute)},
			{Name: "می\u200cخواهم-sync", Requests: 10, LastSeen: ago(2 * day)}},
	},
	{
		Kind: "publishable_on_server", KeyID: "k1", Keys: []string{"Publishable key ••••7734"},
		Title:   "A server uses the publishable key",
		Meaning: "It works for interactions. Everything else that a server does takes the secret key.",
		Advice: []pages.Fix{{Text: "Use the secret key in programs that only you run.", Link: "API keys",
			Href: "/t/acme/production/keys"}},
		Requests: 1, FirstSeen: ago(time.Hour), LastSeen: ago(time.Hour), Address: "203.0.113.24",
		UserAgent: "Go-http-client/1.1",
	},
}

func use(callers []pages.Caller) *pages.KeyUse {
	return &pages.KeyUse{
		LastAt: ago(20 * time.Second), LastAddress: "203.0.113.24", LastUserAgent: nodeJS, DayRequests: 1204,
		DayCallers: 3, Week: week,
		Callers: callers, MoreCallers: len(callers) > 2, Href: "/t/acme/production/usage?key=k2",
	}
}

// useStates are the keys' pages with what is known of their use.
func useStates() []state {
	used := keysOf("production")
	used.SecretUse, used.PublishableUse, used.Exposures = use(callers[:2]),
		&pages.KeyUse{Week: make(pages.Sparkline, 28)}, exposures
	used.Retiring, used.Revoked = append([]pages.RetiringKey{}, retiring...), append([]pages.RevokedKey{}, revoked...)
	used.Retiring[0].Use = use(callers[:1])
	used.Revoked[0].Use = &pages.KeyUse{Refused: 48, Callers: callers[2:3], Href: "/t/acme/production/usage?key=k4"}

	accepted := keysOf("production")
	accepted.SecretUse, accepted.Accepted = use(callers[:2]), []pages.AcceptedProgram{
		{ExposedProgram: pages.ExposedProgram{Name: "curl", Requests: 1194, LastSeen: ago(time.Minute)},
			At: ago(9 * day), By: ade.Name, CanUnaccept: true},
		{ExposedProgram: pages.ExposedProgram{Name: "shop-sync"}, At: ago(40 * day), By: ade.Name},
	}

	asking := keysOf("production")
	asking.SecretUse = use(callers[:3])
	asking.Revoke = &pages.RevokeForm{KeyID: "k2", Kind: models.Secret, Ending: secret.Ending, Use: asking.SecretUse,
		When:  "grace",
		Grace: "24h", Reason: "rotation"}

	told := overview("production")
	told.Exposures = exposures
	told.Use = &pages.OverviewUse{Today: pages.Counts{Succeeded: 9120, Refused: 48, Errors: 12},
		Yesterday: pages.Counts{Succeeded: 8700}, SecretLastAt: ago(20 * time.Second)}
	return []state{
		{"keys-used", used},
		{"keys-accepted", accepted},
		{"revoke-used", asking},
		{"overview-exposed", told},
	}
}

func environmentSettingsStates() []state {
	base := inside("Environment settings", layout.EnvironmentSettings, "production")
	viewer := pages.EnvironmentSettings{Base: base, Managers: []string{"Olivia Brandt", "Ade Okafor"},
		Origins: "https://shop.acmebooks.example\nhttps://acmebooks.example", RefusesBrowserSecrets: true}
	viewer.Person = vic
	wrong := pages.EnvironmentSettings{Base: base, CanManage: true, Origins: "https://shop.acmebooks.example/cart",
		OriginsError: fmt.Sprintf("%q has a path. Write the origin alone, such as https://shop.example.",
			"https://shop.acmebooks.example/cart")}
	return []state{
		{"environment-settings", pages.EnvironmentSettings{Base: base, CanManage: true}},
		{"environment-settings-set",
			pages.EnvironmentSettings{Base: base, CanManage: true, Origins: viewer.Origins,
				RefusesBrowserSecrets: true}},
		{"environment-settings-wrong", wrong},
		{"environment-settings-viewer", viewer},
	}
}
