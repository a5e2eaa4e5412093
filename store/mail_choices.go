package store

import (
	"context"

	"gorm.io/gorm"

	"dojo/models"
)

// MailChoices is what a person is told of, and by mail.
type MailChoices struct {
	Muted map[models.Event]bool // of which the person wants no mail

	Engineer bool // as a solutions engineer
	Member   bool // in a team
	Manager  bool // as an owner or admin of a team
	Owner    bool // of a team, whose owners are mailed of what concerns security whatever they chose
}

// Told reports whether anybody in the person's place is told of the event.
func (m *MailChoices) Told(rule models.Rule) bool {
	return m.Engineer && rule.Engineers != models.Untold || m.Manager && rule.Managers != models.Untold ||
		(m.Member || m.Engineer) && rule.Concerned != models.Untold
}

// Fixed reports whether the person is mailed of the event whatever they choose.
func (m *MailChoices) Fixed(rule models.Rule) bool { return m.Owner && rule.Security }

// MailChoices returns the person's choices.
func (a *Account) MailChoices(ctx context.Context) (MailChoices, error) {
	choices := MailChoices{Muted: map[models.Event]bool{}, Engineer: a.User.Engineer}
	err := a.store.read(ctx, func(db *gorm.DB) error {
		var muted []models.Event
		if err := db.Model(&mutedEvent{}).Where("user_id = ?", a.actor.UserID).Pluck("event", &muted).Error; err != nil {
			return err
		}
		for _, event := range muted {
			choices.Muted[event] = true
		}
		var roles []models.Role
		if err := db.Model(&models.Member{}).Distinct("role").Where("user_id = ?", a.actor.UserID).
			Where("team_id IN (SELECT id FROM teams WHERE deleted_at IS NULL)").Pluck("role", &roles).Error; err != nil {
			return err
		}
		for _, role := range roles {
			choices.Member = true
			choices.Manager = choices.Manager || role.AtLeast(models.Admin)
			choices.Owner = choices.Owner || role == models.Owner
		}
		return nil
	})
	return choices, err
}

// ChooseMail sets of which events the person wants mail, of those that they are told of.
// What they cannot choose stays as it is.
func (a *Account) ChooseMail(ctx context.Context, wanted map[models.Event]bool) error {
	choices, err := a.MailChoices(ctx)
	if err != nil {
		return err
	}
	return a.change(ctx, func(c *change, user *models.User) error {
		for _, rule := range models.Rules() {
			if !choices.Told(rule) || choices.Fixed(rule) {
				continue
			}
			row := mutedEvent{UserID: user.ID, Event: rule.Event}
			result := c.Where(&row).Delete(&mutedEvent{})
			if !wanted[rule.Event] && result.Error == nil {
				result = c.Create(&row)
			}
			if result.Error != nil {
				return result.Error
			}
		}
		return c.auditUser(user.ID, "what is mailed")
	})
}
