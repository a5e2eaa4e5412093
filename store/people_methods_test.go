package store_test

import (
	"fmt"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// peopleMethods are those of a team that are about who belongs to it, and about
// the team itself.
func peopleMethods() []methodCase {
	return []methodCase{
		inTeam("ChangeRole", models.ManageMembers, func(t *store.TeamScope, id string) error {
			return t.ChangeRole(ctx, id, models.Developer)
		}).leaving(models.AsMember, newMember, models.MemberRoleChanged),
		inTeam("Delete", models.ManageOwnership, func(t *store.TeamScope, _ string) error {
			return t.Delete(ctx, t.Team.Name)
		}).leaving(models.AsMember, onlyPlaygroundKeys, models.KeyRevoked, models.KeyRevoked, models.TeamDeleted),
		inTeam("HandOver", models.ManageOwnership, func(t *store.TeamScope, id string) error {
			return t.HandOver(ctx, id)
		}).leaving(models.AsMember, newMember, models.OwnershipHanded),
		inTeam("Invitations", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			_, err := t.Invitations(ctx)
			return err
		}),
		inTeam("Invite", models.ManageMembers, func(t *store.TeamScope, _ string) error {
			return invite(t, models.NewID()+"@new.example", models.Viewer)
		}).leaving(models.AsMember, nil, models.MemberInvited),
		inTeam("LacksSecondFactor", models.ViewTeam, func(t *store.TeamScope, _ string) error {
			_, err := t.LacksSecondFactor(ctx)
			return err
		}),
		inTeam("Leave", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			return t.Leave(ctx)
		}).leaving(models.AsMember, secondOwner, models.MemberLeft),
		inTeam("RemoveMember", models.ManageMembers, func(t *store.TeamScope, id string) error {
			return t.RemoveMember(ctx, id)
		}).leaving(models.AsMember, newMember, models.MemberRemoved),
		inTeam("Rename", models.ManageTeam, func(t *store.TeamScope, _ string) error {
			_, err := t.Rename(ctx, "Renamed", t.Team.Slug)
			return err
		}).leaving(models.AsMember, nil, models.TeamChanged),
		inTeam("RefuseBrowserSecrets", models.ManageTeam, func(t *store.TeamScope, _ string) error {
			return t.RefuseBrowserSecrets(ctx, models.Development, true)
		}).leaving(models.AsMember, nil, models.EnvironmentChanged),
		inTeam("RefuseViewing", models.ManageOwnership, func(t *store.TeamScope, _ string) error {
			return t.RefuseViewing(ctx, true)
		}).leaving(models.AsMember, teamThere, models.TeamChanged),
		inTeam("RequireSecondFactor", models.ManageOwnership, func(t *store.TeamScope, _ string) error {
			return t.RequireSecondFactor(ctx, true)
		}).leaving(models.AsMember, nil, models.TeamChanged),
		inTeam("InvitationLink", models.ManageMembers, func(t *store.TeamScope, id string) error {
			_, _, err := t.InvitationLink(ctx, id)
			return err
		}).leaving(models.AsMember, newInvitation, models.InvitationShown),
		inTeam("ResendInvitation", models.ManageMembers, func(t *store.TeamScope, id string) error {
			return t.ResendInvitation(ctx, id)
		}).leaving(models.AsMember, newInvitation, models.MemberInvited),
		inTeam("SetAllowedOrigins", models.ManageTeam, func(t *store.TeamScope, _ string) error {
			return t.SetAllowedOrigins(ctx, models.Development, "https://shop.example")
		}).leaving(models.AsMember, nil, models.EnvironmentChanged),
		inTeam("SetProductionSecretRole", models.ManageTeam, func(t *store.TeamScope, _ string) error {
			return t.SetProductionSecretRole(ctx, models.Admin)
		}).leaving(models.AsMember, nil, models.TeamChanged),
		inTeam("WithdrawInvitation", models.ManageMembers, func(t *store.TeamScope, id string) error {
			return t.WithdrawInvitation(ctx, id)
		}).leaving(models.AsMember, newInvitation, models.InvitationEnded),
	}
}

// accountMethods take no id but that of a row of the account's own.
func accountMethods() (all []methodCase) {
	for _, name := range []string{
		"AddPasskey", "BeginTOTP", "ChangePassword", "ChooseMail", "ConfirmTOTP", "EndOtherSessions", "EndSession",
		"MailChoices", "Notices", "SeeNotice", "SeeNotices",
		"NewRecoveryCodes",
		"RemovePasskey", "RemoveTOTP", "Rename", "RenamePasskey", "Sessions",
	} {
		all = append(all, open("Account."+name, "one's own; see TestAccountReachesItsOwnRowsOnly"))
	}
	return all
}

// reinstate brings a team back to how the fixture made it, whatever went through
// a method before: not deleted, with its people in their roles and a publishable
// key.
func reinstate(t *testing.T, w *storetest.Fixture, team models.Team) {
	t.Helper()
	w.Database.Exec("UPDATE teams SET deleted_at = NULL, name = $1, slug = $2, production_secret_role = 'developer', "+
		"second_factor_required = false, refuses_viewing = false WHERE id = $3",
		team.Name, team.Slug, team.ID)
	w.Database.Exec("UPDATE viewings SET ends_at = began_at WHERE team_id = $1", team.ID)
	var people, members []string
	for _, who := range everybody(w) {
		role := who.acme
		if team.ID == w.Umami.ID {
			role = who.umami
		}
		people = append(people, "'"+who.actor.UserID+"'")
		if role != models.Nobody {
			members = append(members, fmt.Sprintf("($1, '%s', '%s', 'playground', $2)", who.actor.UserID, role))
		}
	}
	w.Database.Exec("DELETE FROM members WHERE team_id = $1 AND user_id IN ("+strings.Join(people, ", ")+")", team.ID)
	w.Database.Exec("INSERT INTO members (team_id, user_id, role, last_environment, created_at) VALUES "+
		strings.Join(members, ", "), team.ID, team.CreatedAt)
	if w.Database.Count("SELECT count(*) FROM keys WHERE team_id = $1 AND kind = 'publishable' AND state = 'active' "+
		"AND environment_id = $2",
		team.ID, environmentID(w, team, models.Playground)) == 0 {
		_, err := w.Team(owner(w, team), team).IssueKey(ctx, models.Playground, models.Publishable, "")
		ok(t, err)
	}
}

func newMember(t *testing.T, w *storetest.Fixture, team models.Team) string {
	return joined(t, w, team, models.Viewer)
}

func joined(t *testing.T, w *storetest.Fixture, team models.Team, role models.Role) string {
	id := stranger(t, w, team)
	ok(t, w.Store.AddMember(ctx, storetest.System, team.Slug, id, role))
	return id
}

func secondOwner(t *testing.T, w *storetest.Fixture, team models.Team) string {
	joined(t, w, team, models.Owner)
	return ""
}

func newInvitation(t *testing.T, w *storetest.Fixture, team models.Team) string {
	return invited(t, w, team, models.NewID()+"@new.example", models.Viewer).ID
}

// invited has the team's owner invite the address.
func invited(t *testing.T, w *storetest.Fixture, team models.Team, email string, role models.Role) models.Invitation {
	t.Helper()
	scope := w.Team(owner(w, team), team)
	ok(t, invite(scope, email, role))
	list, err := scope.Invitations(ctx)
	ok(t, err)
	for _, invitation := range list {
		if invitation.Email == email {
			return invitation
		}
	}
	t.Fatalf("%s is not among the invitations %+v", email, list)
	return models.Invitation{}
}

func onlyPlaygroundKeys(t *testing.T, w *storetest.Fixture, team models.Team) string {
	secretKey(t, w, team)
	w.Database.Exec("UPDATE keys SET state = 'revoked', revoked_at = created_at WHERE state <> 'revoked' AND team_id "+
		"= $1 AND (state = 'retiring' OR environment_id <> $2)",
		team.ID, environmentID(w, team, models.Playground))
	return ""
}

func deletedTeam(_ *testing.T, w *storetest.Fixture, team models.Team) string {
	w.Database.Exec("UPDATE teams SET deleted_at = $1 WHERE id = $2", w.Store.Now(), team.ID)
	return ""
}
