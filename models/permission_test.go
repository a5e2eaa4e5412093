package models_test

import (
	"fmt"
	"strings"
	"testing"

	"dojo/models"
)

// The whole table of who may do what. Whoever changes it changes it here, too,
// and sees it whole.
const permissions = `
                    (none)  viewer  developer  admin  owner  engineer
view team           -       yes     yes        yes    yes    -
view secret key     -       -       yes        yes    yes    -
replace key         -       -       yes        yes    yes    -
request unlock      -       -       yes        yes    yes    -
create team         -       -       -          -      -      yes
view desk           -       -       -          -      -      yes
decide unlock       -       -       -          -      -      yes
revoke any key      -       -       -          -      -      yes
`

func TestPermissions(t *testing.T) {
	roles := append([]models.Role{models.Nobody}, models.TeamRoles()...)
	roles = append(roles, models.Engineer)
	widths := []int{20, 8, 8, 11, 7, 7, 8}
	var table strings.Builder
	row := func(cells ...string) {
		var line strings.Builder
		for i, cell := range cells {
			fmt.Fprintf(&line, "%-*s", widths[i], cell)
		}
		table.WriteString("\n" + strings.TrimRight(line.String(), " "))
	}
	row("", "(none)", "viewer", "developer", "admin", "owner", "engineer")
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

func TestUserRole(t *testing.T) {
	if got := (&models.User{Engineer: true}).Role(); got != models.Engineer {
		t.Errorf("an engineer's role is %q", got)
	}
	if got := (&models.User{}).Role(); got != models.Nobody {
		t.Errorf("an account's role is %q; want none", got)
	}
}
