package main

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"dojo/models"
	"dojo/views/pages"
	"dojo/web/webtest"
)

// typed are the fields of pages that hold what people, or programs that call the API,
// wrote.
var typed = strings.Fields(`
	layout.Lock.Agreement layout.Lock.AskedBy layout.Lock.By layout.Lock.Reason
	layout.Person.Name layout.Team.Name layout.TeamLink.Name
	pages.Account.Name pages.AccountSecurity.NextName pages.AccountSecurity.RequiredBy pages.AccountTeam.Name
	pages.Agreement.Reference
	pages.AgreementEnvironment.LockReason pages.AgreementEnvironment.LockedBy pages.AgreementEnvironment.Reason
	pages.AgreementForm.Alike pages.AgreementForm.Note pages.AgreementForm.Reference pages.AgreementForm.Signatory
	pages.AgreementForm.TeamName pages.AgreementVersion.By pages.AgreementVersion.Note
	pages.DeskAgreement.Alike pages.DeskAgreement.CreatedBy pages.DeskAgreement.Note pages.DeskAgreementRow.Engineer
	pages.DeskAgreementRow.Reference pages.DeskAgreementRow.Signatory pages.DeskAgreementRow.TeamName
	pages.Caller.Origin pages.Caller.UserAgent
	pages.Deletion.By pages.DeskNewTeam.Name pages.DeskRequest.Reference pages.DeskRequest.TeamName
	pages.DeskRequestRow.TeamName pages.DeskTeam.Name pages.DeskTeamRow.Name pages.DeskEnvironment.LockReason pages.DeskTeamRow.Engineers pages.DeskEnding.Reference pages.DeskEnding.TeamName
	pages.DeskLook.Text pages.DeskTeam.Note pages.ViewingForm.Reason pages.ListBar.Query pages.Conversation.Text
	pages.Reply.By pages.Reply.Text pages.ListFilter.Value pages.ListField.Value
	pages.Entry.Actor pages.Entry.Note pages.Entry.Team
	pages.EnvironmentSettings.Managers pages.EnvironmentSettings.Origins
	pages.Exposure.Origin pages.Exposure.UserAgent pages.ExposedProgram.Name pages.AcceptedProgram.By
	pages.Fact.Text pages.Filter.Product pages.Filter.Type pages.Filter.User pages.DeletingAll.User
	pages.FormField.Value pages.FoundKey.RevokedBy pages.FoundKey.TeamName pages.FoundKeyLine.TeamName pages.FoundKey.Why
	pages.Interaction.Products pages.Interaction.Type pages.Interaction.User pages.Interactions.Types
	pages.Invitation.InvitedBy pages.Invitation.Issuer pages.Invitation.Name pages.Invitation.TeamName
	pages.InvitationRow.InvitedBy pages.KeyFacts.CreatedBy pages.KeyFacts.Name pages.RetiringKey.Name pages.RevokedKey.Name
	pages.RevokeForm.Name pages.KeyFacts.ViewedBy pages.KeyUse.LastUserAgent
	pages.Keys.Managers pages.Leaving.Issuer pages.Locked.Managers pages.Locked.UseCase pages.Locked.DailyRequests pages.Login.Issuer
	pages.Member.Name pages.MemberRow.Name pages.Members.Managers pages.MembersDialog.Name
	pages.OpenRecord.ID pages.OpenRecord.Title pages.PasskeyForm.Name pages.PasskeyRename.Name pages.PasskeyRow.Name
	pages.Proof.Issuer pages.Record.ID pages.Record.Title pages.Records.Query
	pages.RequestRow.Path pages.RequestRow.UserAgent
	pages.RetiringKey.Note pages.RetiringKey.RevokedBy pages.RevokedKey.Note pages.RevokedKey.RevokedBy
	pages.RevokeForm.Note pages.SecondFactorNeeded.TeamName pages.SignupAccount.Name pages.SignupAccount.TeamName
	pages.Search.Query pages.SearchResult.Name pages.SearchResult.Team
	pages.TeamCard.Name pages.TeamSettings.Managers pages.TeamSettings.Name pages.TeamSettings.Owners
	pages.TroubledMail.LastError pages.UnlockRequest.AskedBy pages.UnlockRequest.DecidedBy
	pages.UnlockRequest.Reason pages.UnlockRequest.UseCase pages.Upload.FileName
	pages.UsageRequest.Origin pages.Usage.Pasted
	pages.WebhookDelivery.Answer pages.WebhookRow.CreatedBy pages.WebhookRow.PausedBy
	pages.Option.Label layout.Base.Title
	layout.Person.Email pages.Account.Email pages.Invitation.Email pages.InvitationRow.Email pages.Login.Email
	pages.Member.Email pages.MemberRow.Email pages.ResetPassword.Email pages.Reset.Email pages.Setup.Email
	pages.SearchResult.Email pages.Signup.Email pages.SignupAccount.Email pages.TroubledMail.Recipient`)

// mixed are the fields among them that hold our words too: there only names stand for
// themselves.
var mixed = []string{"pages.Option.Label", "layout.Base.Title"}

// names are the people and teams of the gallery.
var names = []string{"Ade Okafor", "Olivia Brandt", "Olivia Grant", "Dev Castellano", "Vic Lindqvist", "Sol Marchetti",
	"Uma Reyes", "Zoe Adler", "Acme Books", "Umami Foods", "Zen Garden"}

// TestTextOfOthersIsIsolated: what people and programs wrote, and is written from right to left, does
// not change the order of the words around it: in whichever state of whichever page it has an element of its
// own with a direction of its own, or stands between isolates where there can be no element.
func TestTextOfOthersIsIsolated(t *testing.T) {
	for _, s := range states() {
		t.Run(s.Name, func(t *testing.T) {
			o := others{t: t, written: map[string]bool{}}
			page := o.rewritten(reflect.ValueOf(&s.Page).Elem(), "")
			var text strings.Builder
			if err := page.Interface().(pages.Page).Page().Render(t.Context(), &text); err != nil {
				t.Fatal(err)
			}
			document, err := html.Parse(strings.NewReader(text.String()))
			if err != nil {
				t.Fatal(err)
			}
			for _, loose := range webtest.Loose(document, func(text string) bool { return o.written[text] }) {
				t.Error(loose)
			}
		})
	}
}

// others are the texts of others in one page.
type others struct {
	t       *testing.T
	written map[string]bool
}

// rewritten is a copy of what a page is shown from, in which the texts of others begin from right
// to left.
func (o others) rewritten(v reflect.Value, field string) reflect.Value {
	again := reflect.New(v.Type()).Elem()
	again.Set(v)
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			again.Set(o.rewritten(v.Elem(), field))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			again.Set(reflect.New(v.Type().Elem()))
			again.Elem().Set(o.rewritten(v.Elem(), field))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				again.Field(i).Set(o.rewritten(v.Field(i), v.Type().String()+"."+f.Name))
			}
		}
	case reflect.Slice:
		again.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			again.Index(i).Set(o.rewritten(v.Index(i), field))
		}
	case reflect.String:
		again.SetString(o.rewrittenText(v.String(), field))
	}
	return again
}

func (o others) rewrittenText(text, field string) string {
	isName := slices.Contains(names, text)
	switch {
	case !slices.Contains(typed, field):
		if isName {
			o.t.Errorf("%s holds a name and is not among those that do", field)
		}
		return text
	case text == "", slices.Contains(mixed, field) && !isName:
		return text
	}
	text = webtest.Arabic + " " + text
	if field == "layout.Base.Title" {
		return models.Isolated(text) // as handlers do
	}
	o.written[single(text)], o.written[single(models.Program(text))] = true, true
	return text
}

// single is a text with single spaces.
func single(text string) string { return strings.Join(strings.Fields(text), " ") }
