package main

import (
	"time"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

func accountBase(title string, section layout.Section) pages.Base {
	base := plain(title, ade)
	base.Section = section
	return base
}

// qr is a picture as large as a real code, with its three corners.
func qr() [][]bool {
	const side = 45
	rows := make([][]bool, side)
	for y := range rows {
		rows[y] = make([]bool, side)
		for x := range rows[y] {
			rows[y][x] = (x*x+y*7+x*y)%3 == 0
		}
	}
	for _, corner := range [][2]int{{0, 0}, {0, side - 7}, {side - 7, 0}} {
		for y := range 7 {
			for x := range 7 {
				ring := max(x-3, 3-x, y-3, 3-y)
				rows[corner[0]+y][corner[1]+x] = ring != 2
			}
		}
	}
	return rows
}

func accountStates() []state {
	account := pages.Account{
		Base: accountBase("Your account", layout.Account), Name: "Ade Okafor", Email: "ade@acme.example",
		Teams: []pages.AccountTeam{{Slug: "acme", Name: "Acme Books", Role: models.Admin, CanLeave: true},
			{Slug: "umami", Name: "Umami Foods", Role: models.Owner}},
	}
	rejected := account
	rejected.Name, rejected.NameError, rejected.Teams = "", "Enter your name.", nil
	return append([]state{{"account", account}, {"account-rejected", rejected}}, securityStates()...)
}

func securityStates() []state {
	fresh := pages.AccountSecurity{
		Base: accountBase("Security", layout.Security), HasPassword: true, MinPassword: 12,
		Sessions: []pages.SessionRow{{ID: "s1", Device: "Firefox on Linux", Address: "203.0.113.7",
			SignedInAt: ago(3 * time.Hour), LastSeenAt: now, Current: true}},
	}
	full := fresh
	full.Passkeys = []pages.PasskeyRow{
		{ID: "p1", Name: "Laptop", AddedAt: ago(60 * day), LastUsedAt: ago(3 * time.Hour)},
		{ID: "p2", Name: "Security key in the drawer", AddedAt: ago(50 * day)},
	}
	full.App = &pages.AuthenticatorApp{Since: ago(40 * day), CodesLeft: 9}
	full.Sessions = append(full.Sessions,
		pages.SessionRow{ID: "s2", Device: "Safari on iPhone", Address: "198.51.100.23", SignedInAt: ago(20 * day),
			LastSeenAt: ago(50 * time.Minute)},
		pages.SessionRow{ID: "s3", Device: "Unknown browser", Address: "2001:db8:85a3:8d3:1319:8a2e:370:7348",
			SignedInAt: ago(2 * day), LastSeenAt: ago(2 * day)},
	)
	setup := fresh
	setup.AppSetup = &pages.AppSetup{QR: qr(), Secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}

	wrongCode := fresh
	wrongCode.AppSetup = &pages.AppSetup{QR: qr(), Secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
		CodeError: "The code is wrong. Type the one that the app shows now."}

	codes := full
	codes.Passkeys, codes.Next, codes.NextName = nil, "/t/acme", "Acme Books"
	codes.RequiredBy = []string{"Acme Books"}
	codes.RecoveryCodes = []string{"4qxv-h2mz-7rta-kdpe", "w3bn-yc6f-s5uj-2lgq", "m7ke-zr4x-b2vt-hnpa",
		"d6yu-3wqs-jfc5-e7xl", "t2mh-k4zb-v6rn-qpga", "x5ce-u3yd-7wlf-sj2k", "h4rq-nv6m-zt2b-pa3e",
		"y7gk-d5xc-w2uf-l4sj", "b6tz-q3he-rm7v-nk2p", "e4fa-j5yw-3xdc-u6gl"}

	rejected := full
	rejected.CurrentError = "This is not your current password."
	rejected.PasskeyForm = pages.PasskeyForm{Name: "", Error: "Give the passkey a name, such as the device it is on."}
	rejected.Rename = &pages.PasskeyRename{ID: "p2", Name: " ",
		Error: "Give the passkey a name, such as the device it is on."}
	return []state{
		{"security", full},
		{"security-fresh", fresh},
		{"security-app-setup", setup},
		{"security-app-wrong", wrongCode},
		{"security-codes", codes},
		{"security-rejected", rejected},
		{"second-factor-needed",
			pages.SecondFactorNeeded{Base: plain("Second factor", ade), TeamName: "Acme Books",
				Next: "/t/acme/production"}},
	}
}
