package models_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"dojo/models"
)

// The whole table of who may do what. Whoever changes it changes it here, too,
// and sees it whole.
const permissions = `
                    (none)  guest  viewer  developer  admin  owner  engineer
view team           -       yes    yes     yes        yes    yes    -
view people         -       -      yes     yes        yes    yes    -
view secret key     -       -      -       yes        yes    yes    -
replace key         -       -      -       yes        yes    yes    -
request unlock      -       -      -       yes        yes    yes    -
manage data         -       -      -       yes        yes    yes    -
manage members      -       -      -       -          yes    yes    -
manage team         -       -      -       -          yes    yes    -
manage ownership    -       -      -       -          -      yes    -
manage webhooks     -       -      -       -          yes    yes    -
create team         -       -      -       -          -      -      yes
view desk           -       -      -       -          -      -      yes
decide unlock       -       -      -       -          -      -      yes
revoke any key      -       -      -       -          -      -      yes
view as team        -       -      -       -          -      -      yes
restore team        -       -      -       -          -      -      yes
desk webhooks       -       -      -       -          -      -      yes
`

func TestPermissions(t *testing.T) {
	roles := append([]models.Role{models.Nobody, models.Guest}, models.TeamRoles()...)
	roles = append(roles, models.Engineer)
	widths := []int{20, 8, 7, 8, 11, 7, 7, 8}
	var table strings.Builder
	row := func(cells ...string) {
		var line strings.Builder
		for i, cell := range cells {
			fmt.Fprintf(&line, "%-*s", widths[i], cell)
		}
		table.WriteString("\n" + strings.TrimRight(line.String(), " "))
	}
	row("", "(none)", "guest", "viewer", "developer", "admin", "owner", "engineer")
	for _, action := range models.Actions() {
		cells := []string{string(action)}
		for _, role := range roles {
			cells = append(cells, map[bool]string{true: "yes", false: "-"}[role.May(action)])
		}
		row(cells...)
	}
	got := table.String() + "\n"
	t.Log(got)
	if got != permissions {
		t.Errorf("the table is\n%s\nwant\n%s", got, permissions)
	}
}

func TestUnknownRolesAndActionsAreRefused(t *testing.T) {
	for _, action := range append(models.Actions(), "fly") {
		for _, role := range []models.Role{"root", "Owner", "owner "} {
			if role.May(action) {
				t.Errorf("the role %q may %s", role, action)
			}
		}
	}
	if models.Owner.May("") || models.Engineer.May("fly") {
		t.Error("an unknown action is allowed")
	}
}

func TestOwnersAreMadeByOwners(t *testing.T) {
	managers := map[models.Role]string{}
	for _, role := range append(models.TeamRoles(), models.Nobody, models.Guest, models.Engineer) {
		for _, other := range models.TeamRoles() {
			if role.MayManage(other) {
				managers[role] += string(other) + " "
			}
		}
	}
	want := map[models.Role]string{models.Admin: "viewer developer admin ",
		models.Owner: "viewer developer admin owner "}
	if !maps.Equal(managers, want) {
		t.Errorf("who may give and take which role is %v; want %v", managers, want)
	}
}

func TestOnlyTeamRolesAreForMembers(t *testing.T) {
	for _, role := range []models.Role{models.Nobody, models.Guest, models.Engineer, "root", "Owner"} {
		if role.Valid() {
			t.Errorf("a member can be %q", role)
		}
	}
	for _, role := range models.TeamRoles() {
		if !role.Valid() {
			t.Errorf("no member can be %q", role)
		}
	}
}

func TestWhoViewsProductionsSecret(t *testing.T) {
	for least, want := range map[models.Role]string{models.Developer: "developer admin owner ",
		models.Admin: "admin owner "} {
		team, viewers := &models.Team{ProductionSecretRole: least}, ""
		for _, role := range append([]models.Role{models.Nobody, models.Guest, models.Engineer},
			models.TeamRoles()...) {
			if team.MayViewSecret(role, models.Production) {
				viewers += string(role) + " "
			}
			if team.MayViewSecret(role, models.Development) != role.May(models.ViewSecretKey) {
				t.Errorf("the rule about Production changes what %s may in Development", role)
			}
		}
		if viewers != want {
			t.Errorf("with %s and above, viewers are %s; want %s", least, viewers, want)
		}
	}
}

func TestUserRole(t *testing.T) {
	if got := (&models.User{Engineer: true}).Role(); got != models.Engineer {
		t.Errorf("an engineer's role is %q", got)
	}
	if got := (&models.User{}).Role(); got != models.Nobody {
		t.Errorf("an account's role is %q; want none", got)
	}
}
