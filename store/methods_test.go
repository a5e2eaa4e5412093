package store_test

import (
	"slices"
	"strconv"
	"testing"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// methodCase is one exported method of the store, as the tests of who may do what and
// of what is written down walk through it.
type methodCase struct {
	name string // Type.Method

	// may reports whether the actor, with the role in the team that is acted
	// on, is let through. A member who is not is Forbidden, all others get
	// NotFound.
	may func(actor models.Actor, role models.Role) bool

	// prepare brings the team into the state that the method is for and returns
	// the id that it takes; nil when it takes none.
	prepare func(t *testing.T, w *storetest.Fixture, team models.Team) string

	call func(w *storetest.Fixture, actor models.Actor, slug, id string) error

	// lines are what passing through leaves in the activity list, in order.
	lines []models.AuditAction
	as    models.Capacity

	// open says why a method asks for no actor. Such a method is not walked.
	open string
}

// methodCases lists every method. TestEveryMethodHasACase fails on one that is missing.
func methodCases() []methodCase {
	return slices.Concat(teamMethods(), uploadMethods(), peopleMethods(), accountMethods(), useMethods(), deskMethods(),
		webhookMethods(),
		storeMethods())
}

func inTeam(name string, action models.Action, call func(t *store.TeamScope, id string) error) methodCase {
	return methodCase{
		name: "TeamScope." + name,
		may:  func(_ models.Actor, role models.Role) bool { return role.May(action) },
		call: func(w *storetest.Fixture, actor models.Actor, slug, id string) error {
			scope, err := w.Store.Team(ctx, actor, slug)
			if err != nil {
				return err
			}
			return call(scope, id)
		},
	}
}

func atDesk(name string, action models.Action, call func(d *store.Desk, slug, id string) error) methodCase {
	return methodCase{
		name: "Desk." + name,
		may:  func(actor models.Actor, _ models.Role) bool { return actor.Engineer && models.Engineer.May(action) },
		call: func(w *storetest.Fixture, actor models.Actor, slug, id string) error {
			desk, err := w.Store.Desk(ctx, actor)
			if err != nil {
				return err
			}
			return call(desk, slug, id)
		},
	}
}

func open(name, why string) methodCase { return methodCase{name: name, open: why} }

// leaving adds to a method what it is prepared with and which lines it leaves.
func (d methodCase) leaving(as models.Capacity, prepare func(*testing.T, *storetest.Fixture, models.Team) string,
	lines ...models.AuditAction) methodCase {
	d.as, d.prepare, d.lines = as, prepare, lines
	return d
}

func (d methodCase) prepared(prepare func(*testing.T, *storetest.Fixture, models.Team) string) methodCase {
	d.prepare = prepare
	return d
}

func teamMethods() []methodCase {
	const playground = models.Playground
	return []methodCase{
		inTeam("Activity", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			_, err := t.Activity(ctx, store.ActivityQuery{})
			return err
		}),
		inTeam("ActivityActors", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			_, err := t.ActivityActors(ctx)
			return err
		}),
		inTeam("Switcher", models.ViewTeam, func(t *store.TeamScope, _ string) error {
			_, err := t.Switcher(ctx)
			return err
		}),
		inTeam("AttributeTypes", models.ViewTeam, func(t *store.TeamScope, _ string) error {
			_, err := t.AttributeTypes(ctx, playground, models.Products)
			return err
		}),
		inTeam("Counts", models.ViewTeam, func(t *store.TeamScope, _ string) error {
			_, err := t.Counts(ctx, playground)
			return err
		}),
		inTeam("CountedToday", models.ViewTeam, func(t *store.TeamScope, _ string) error {
			_, err := t.CountedToday(ctx, playground)
			return err
		}),
		inTeam("EnvironmentReceipt", models.ViewTeam, func(t *store.TeamScope, _ string) error {
			_, err := t.EnvironmentReceipt(ctx, models.Development)
			return err
		}).prepared(withReceipt),
		inTeam("Receipt", models.ViewTeam, func(t *store.TeamScope, id string) error {
			_, err := t.Receipt(ctx, models.Development, id)
			return err
		}).prepared(revokedKey),
		inTeam("ReceiptOf", models.ViewTeam, func(t *store.TeamScope, id string) error {
			receipt, err := t.Receipt(ctx, models.Development, id)
			if err == nil {
				_, err = t.ReceiptOf(ctx, models.Development, receipt.Sequence)
			}
			return err
		}).prepared(revokedKey),
		inTeam("Narrowed", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			_, err := t.Narrowed(ctx, nil)
			return err
		}),
		inTeam("Receipts", models.ViewTeam, func(t *store.TeamScope, _ string) error {
			_, err := t.Receipts(ctx, models.Development)
			return err
		}),
		inTeam("DeleteAll", models.ManageData, func(t *store.TeamScope, _ string) error {
			_, err := t.DeleteAll(ctx, models.Development, models.Products, "development")
			return err
		}).leaving(models.AsMember, withRecords, models.DataDeleted),
		inTeam("DeleteInteractionsOf", models.ManageData, func(t *store.TeamScope, id string) error {
			_, err := t.DeleteInteractionsOf(ctx, models.Development, id)
			return err
		}).leaving(models.AsMember, recordsOf, models.DataDeleted),
		inTeam("DeleteRecord", models.ManageData, func(t *store.TeamScope, id string) error {
			_, err := t.DeleteRecord(ctx, models.Development, models.Products, id)
			return err
		}).leaving(models.AsMember, recordsOf, models.DataDeleted),
		inTeam("UndoDeleteRecord", models.ManageData, func(t *store.TeamScope, id string) error {
			_, err := t.UndoDeleteRecord(ctx, models.Development, models.Products, id)
			return err
		}).leaving(models.AsMember, deletedRecord, models.DataDeletionUndone),
		inTeam("Environment", models.ViewTeam, func(t *store.TeamScope, _ string) error {
			_, err := t.Environment(models.Production)
			return err
		}),
		inTeam("Interaction", models.ViewTeam, func(t *store.TeamScope, id string) error {
			number, _ := strconv.ParseInt(id, 10, 64)
			_, err := t.Interaction(ctx, models.Development, number)
			return err
		}).prepared(someInteraction),
		inTeam("Downloaded", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			return t.Downloaded(ctx, playground, store.Download{List: "requests", Format: "CSV"})
		}).leaving(models.AsMember, nil, models.DataDownloaded),
		inTeam("InteractionTypes", models.ViewTeam, func(t *store.TeamScope, _ string) error {
			_, err := t.InteractionTypes(ctx, playground)
			return err
		}),
		inTeam("Interactions", models.ViewTeam, func(t *store.TeamScope, _ string) error {
			_, err := t.Interactions(ctx, playground, models.InteractionsQuery{})
			return err
		}),
		inTeam("CopyKey", models.ViewSecretKey, func(t *store.TeamScope, id string) error {
			_, err := t.CopyKey(ctx, playground, id)
			return err
		}).leaving(models.AsMember, secretKey, models.KeyCopied),
		inTeam("IssueKey", models.ReplaceKey, func(t *store.TeamScope, _ string) error {
			_, err := t.IssueKey(ctx, playground, models.Secret, "")
			return err
		}).leaving(models.AsMember, withoutSecretKey, models.KeyIssued),
		inTeam("Keys", models.ViewTeam, func(t *store.TeamScope, _ string) error {
			_, err := t.Keys(ctx, playground)
			return err
		}),
		inTeam("May", models.ViewTeam, func(t *store.TeamScope, _ string) error {
			t.May(models.ViewTeam)
			return nil
		}),
		inTeam("MayChangeData", models.ManageData, func(t *store.TeamScope, _ string) error {
			return t.MayChangeData(models.Development)
		}).prepared(withRecords),
		inTeam("PageSeen", models.ViewTeam, func(t *store.TeamScope, _ string) error {
			return t.PageSeen(ctx, "/playground", false)
		}),
		inTeam("People", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			_, err := t.People(ctx)
			return err
		}),
		inTeam("PublishableKey", models.ViewTeam, func(t *store.TeamScope, _ string) error {
			_, err := t.PublishableKey(ctx, playground)
			return err
		}),
		inTeam("Record", models.ViewTeam, func(t *store.TeamScope, id string) error {
			_, err := t.Record(ctx, models.Development, models.EndUsers, id)
			if err == nil {
				_, err = t.Record(ctx, models.Development, models.Products, id)
			}
			return err
		}).prepared(recordsOf),
		inTeam("Records", models.ViewTeam, func(t *store.TeamScope, _ string) error {
			_, err := t.Records(ctx, playground, models.Products, models.RecordsQuery{})
			if err == nil {
				_, err = t.Records(ctx, playground, models.EndUsers, models.RecordsQuery{})
			}
			return err
		}),
		inTeam("RequestUnlock", models.RequestUnlock, func(t *store.TeamScope, _ string) error {
			_, err := t.RequestUnlock(ctx, models.Production, models.UnlockWish{UseCase: "Search."})
			return err
		}).leaving(models.AsMember, lockedProduction, models.UnlockRequested),
		inTeam("Reply", models.RequestUnlock, func(t *store.TeamScope, id string) error {
			return t.Reply(ctx, models.Production, id, "When?")
		}).leaving(models.AsMember, pendingRequest, models.UnlockReplied),
		inTeam("UnlockRequest", models.ViewTeam, func(t *store.TeamScope, id string) error {
			_, _, err := t.UnlockRequest(ctx, models.Production, id)
			return err
		}).prepared(pendingRequest),
		inTeam("RenameKey", models.ReplaceKey, func(t *store.TeamScope, id string) error {
			_, err := t.RenameKey(ctx, playground, id, "Checkout")
			return err
		}).leaving(models.AsMember, secretKey, models.KeyRenamed),
		inTeam("RevokeKey", models.ReplaceKey, func(t *store.TeamScope, id string) error {
			_, err := t.RevokeKey(ctx, playground, id, atOnce)
			return err
		}).leaving(models.AsMember, secretKey, models.KeyReplaced),
		inTeam("Seen", models.ViewTeam, func(t *store.TeamScope, _ string) error {
			return t.Seen(ctx, playground)
		}),
		inTeam("StartTrial", models.RequestUnlock, func(t *store.TeamScope, _ string) error {
			return t.StartTrial(ctx, trialOffer)
		}).leaving(models.AsMember, uncoveredDevelopment, models.TrialStarted),
		inTeam("UnlockRequests", models.ViewTeam, func(t *store.TeamScope, _ string) error {
			_, err := t.UnlockRequests(ctx, models.Production)
			return err
		}),
		inTeam("UploadRecords", models.ManageData, func(t *store.TeamScope, _ string) error {
			_, err := upload(t, models.Development, 1, productsOf(product("p-new", "Miso")))
			return err
		}).leaving(models.AsMember, withRecords, models.DataUploaded),
		inTeam("ViewKey", models.ViewSecretKey, func(t *store.TeamScope, id string) error {
			_, err := t.ViewKey(ctx, playground, id)
			return err
		}).leaving(models.AsMember, secretKey, models.KeyViewed),
		inTeam("UndoWithdrawUnlock", models.RequestUnlock, func(t *store.TeamScope, id string) error {
			return t.UndoWithdrawUnlock(ctx, models.Production, id)
		}).leaving(models.AsMember, withdrawnRequest, models.UnlockResumed),
		inTeam("WithdrawUnlock", models.RequestUnlock, func(t *store.TeamScope, id string) error {
			return t.WithdrawUnlock(ctx, models.Production, id)
		}).leaving(models.AsMember, pendingRequest, models.UnlockWithdrawn),
	}
}

func storeMethods() []methodCase {
	system := func(actor models.Actor, _ models.Role) bool { return actor.System }
	engineer := func(actor models.Actor, _ models.Role) bool { return actor.System || actor.Engineer }
	return []methodCase{
		{name: "Store.Account", may: func(actor models.Actor, _ models.Role) bool { return actor.UserID != "" },
			call: func(w *storetest.Fixture, actor models.Actor, _, _ string) error {
				_, err := w.Store.Account(ctx, actor)
				return err
			}},
		{name: "Store.AddMember", may: system, as: models.AsSystem, prepare: stranger,
			lines: []models.AuditAction{models.MemberAdded},
			call: func(w *storetest.Fixture, actor models.Actor, slug, id string) error {
				return w.Store.AddMember(ctx, actor, slug, id, models.Viewer)
			}},
		{name: "Store.CreateSetupLink", may: system, as: models.AsSystem,
			lines: []models.AuditAction{models.EngineerInvited},
			call: func(w *storetest.Fixture, actor models.Actor, _, _ string) error {
				_, err := w.Store.CreateSetupLink(ctx, actor, "new@dojo.example")
				return err
			}},
		{name: "Store.CreateTeam", may: engineer, as: models.AsEngineer,
			lines: []models.AuditAction{models.TeamCreated, models.KeyIssued, models.KeyIssued, models.MemberAdded},
			call: func(w *storetest.Fixture, actor models.Actor, _, _ string) error {
				_, err := w.Store.CreateTeam(ctx, actor,
					store.NewTeam{Slug: "new-" + models.NewID(), Name: "New", OwnerID: w.Nina.UserID})
				return err
			}},
		{name: "Store.CreateUser", may: engineer, as: models.AsEngineer,
			lines: []models.AuditAction{models.UserCreated},
			call: func(w *storetest.Fixture, actor models.Actor, _, _ string) error {
				_, err := w.Store.CreateUser(ctx, actor, models.NewID()+"@new.example", "New", "")
				return err
			}},
		{name: "Store.Desk", may: func(actor models.Actor, _ models.Role) bool { return actor.Engineer },
			call: func(w *storetest.Fixture, actor models.Actor, _, _ string) error {
				_, err := w.Store.Desk(ctx, actor)
				return err
			}},
		{name: "Store.Team", may: func(_ models.Actor, role models.Role) bool { return role.May(models.ViewTeam) },
			call: func(w *storetest.Fixture, actor models.Actor, slug, _ string) error {
				_, err := w.Store.Team(ctx, actor, slug)
				return err
			}},
		open("Store.AcceptInvitation", "the link and the account's address decide; see TestInvitationIsForItsAddress"),
		open("Store.AcceptInvitationAs", "whoever holds the link may"),
		open("Store.AddDayCounts", "the process's own"),
		open("Store.AddUse", "the process's own"),
		open("Store.AddRecords", "the gate has judged the key; the grant names the data set"),
		open("Store.AddTask", "the gate has judged the key; the grant names the data set"),
		open("Store.CheckRecords", "the gate has judged the key; the grant names the data set"),
		open("Store.FormMark", "it is computed, and made for pages of whoever is signed in"),
		open("Store.FormOf", "it is computed"),
		open("Store.KeepForm", "the mark of the form says whose it is; see TestFormsSayWhoseTheyAre"),
		open("Store.KeptForm", "the token and the actor decide; see TestAKeptFormIsForItsPerson"),
		open("Store.ClaimMails", "the process's own"),
		open("Store.Close", "the process's own"),
		open("Store.CreateSession", "of tests alone"),
		open("Store.Figures", "counts what piles up, for the process's own figures"),
		open("Store.HandedIn", "the process's own"),
		open("Store.Pools", "the process's own"),
		open("Store.DeleteRecords", "the gate has judged the key; the grant names the data set"),
		open("Store.EnsureExplore", "the process's own, at its start"),
		open("Store.EnvironmentGrants", "for the gate"),
		open("Store.Factors", "for signing in"),
		open("Store.GrantByDigest", "for the gate"),
		open("Store.Grants", "for the gate"),
		open("Store.ForgiveTry", "whoever tried may"),
		open("Store.HasEngineer", "says nothing of anybody"),
		open("Store.HasIdentity", "for signing in"),
		open("Store.IdentityUser", "the provider has proved who it is"),
		open("Store.Invitation", "whoever holds the link may"),
		open("Store.KnownDevice", "for signing in"),
		open("Store.Link", "whoever holds the link may"),
		open("Store.LoadPlayground", "the process's own, at its start"),
		open("Store.MailFailed", "the process's own"),
		open("Store.MailSent", "the process's own"),
		open("Store.Memberships", "returns the actor's own; see TestMembershipsAreOnesOwn"),
		open("Store.Search", "returns what the actor may see; see TestSearchFindsOnesOwn"),
		open("Store.Now", "the process's own"),
		open("Store.OnHold", "the process's own"),
		open("Store.OnNotified", "the process's own"),
		open("Store.Tell", "the process's own"),
		open("Store.UnseenNotices", "counts the actor's own"),
		open("Store.Sure", "the process's own"),
		open("Store.SureWhile", "the process's own"),
		open("Store.GatherUse", "asks processes to write down what they have seen"),
		open("Store.OnUseWanted", "the process's own"),
		open("Store.TellUseKept", "the process's own"),
		open("Store.AwaitSettled", "the receipt is read afterwards by somebody who may"),
		open("Store.Changes", "for the gate"),
		open("Store.Confirm", "the process's own"),
		open("Store.Hears", "the process's own"),
		open("Store.Join", "the process's own, at its start"),
		open("Store.Leave", "the process's own, at its end"),
		open("Store.Listen", "the process's own"),
		open("Store.MarkOut", "the process's own"),
		open("Store.Digest", "says nothing that is in the database"),
		open("Store.BeginDemo", "the command line's: it touches nothing but a demo"),
		open("Store.EndDemo", "the command line's: it touches nothing but a demo"),
		open("Store.OnKeysChanged", "the process's own"),
		open("Store.OnMail", "the process's own"),
		open("Store.OpenVisit", "whoever holds the cookie may"),
		open("Store.PasskeyUsed", "the passkey was checked before"),
		open("Store.Ready", "the process's own"),
		open("Store.Record", "the gate has judged the key; the grant names the data set"),
		open("Store.RecordIDs", "the gate has judged the key; the grant names the data set"),
		open("Store.RenewSession", "whoever holds the cookie may"),
		open("Store.RequestReset", "anybody may ask"),
		open("Store.RequestSignup", "anybody may ask"),
		open("Store.SaveSession", "whoever holds the cookie may"),
		open("Store.SealVisit", "the visit is nobody's yet"),
		open("Store.SeeSession", "whoever holds the cookie may"),
		open("Store.Session", "whoever holds the cookie may"),
		open("Store.SessionUser", "the session was looked up before"),
		open("Store.SignIn", "the password was checked before"),
		open("Store.SignOut", "whoever holds the cookie may"),
		open("Store.Sweep", "the clock's own"),
		open("Store.TakeTry", "anybody may try"),
		open("Store.Task", "the gate has judged the key; the grant names the data set"),
		open("Store.TOTPSecret", "for signing in"),
		open("Store.UseRecoveryCode", "for signing in"),
		open("Store.UseResetLink", "whoever holds the link may"),
		open("Store.UseSetupLink", "whoever holds the link may"),
		open("Store.UseSignupLink", "whoever holds the link may"),
		open("Store.UseTOTPStep", "for signing in"),
		open("Store.UserByEmail", "for signing in"),
		open("Store.VisitSpent", "whoever holds the cookie may"),
	}
}
