package store

import (
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dojo/models"
	"dojo/store/database"
)

// tellBatch is how many notifications one transaction makes out.
const tellBatch = 20

// Tell makes out whom the notifications that wait are for, and how each is told: a line
// in the page's list, a mail at once, or one with the day's others. Each notification is made
// out once, by whichever process comes first, in the transaction that notes it.
func (s *Store) Tell(ctx context.Context) error {
	for {
		waiting, err := s.someUntold(ctx)
		if err != nil || !waiting {
			return err
		}
		told := 0
		err = s.announce(ctx, func(c *change) error {
			due, err := c.untold()
			if err != nil || len(due) == 0 {
				return err
			}
			told = len(due)
			return c.tell(due)
		})
		if err != nil || told < tellBatch {
			return err
		}
	}
}

// someUntold reports whether a notification waits.
func (s *Store) someUntold(ctx context.Context) (waiting bool, err error) {
	err = s.read(ctx, func(db *gorm.DB) error {
		return db.Raw("SELECT EXISTS (SELECT 1 FROM notifications WHERE told_at IS NULL)").Scan(&waiting).Error
	})
	return waiting, err
}

// untold holds the notifications that wait and that nobody else is at.
func (c *change) untold() (due []models.Notification, err error) {
	query := c.Where("told_at IS NULL").Order("id").Limit(tellBatch)
	if c.store.engine.Dialect == database.Postgres {
		query = query.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate,
			Options: clause.LockingOptionsSkipLocked})
	}
	return due, query.Find(&due).Error
}

func (c *change) tell(due []models.Notification) error {
	var engineers []models.User
	if err := c.Where("engineer AND disabled_at IS NULL").Order("id").Find(&engineers).Error; err != nil {
		return err
	}
	ids := make([]int64, len(due))
	for i := range due {
		ids[i] = due[i].ID
		circle, err := c.circle(&due[i], engineers)
		if err != nil {
			return err
		}
		if err := c.deliver(due[i], circle); err != nil {
			return err
		}
		if err := c.deliverToWebhooks(due[i], circle.team); err != nil {
			return err
		}
	}
	return c.Model(&models.Notification{}).Where("id IN ?", ids).Update("told_at", c.now).Error
}

// circle is a team and the people whom a notification about it may reach.
type circle struct {
	team      models.Team
	engineers []models.User
	members   []recipient
	concerned []models.User // who are not members any more
}

// recipient is a person with a role in the team.
type recipient struct {
	models.User
	Role models.Role
}

// circle reads who is who. Of a deleted team nobody is told any more.
func (c *change) circle(n *models.Notification, engineers []models.User) (circle, error) {
	if n.TeamID == "" {
		return circle{engineers: engineers}, nil
	}
	var around circle
	teams := c.Where("id = ? AND deleted_at IS NULL", n.TeamID).Limit(1).Find(&around.team)
	if teams.Error != nil || teams.RowsAffected == 0 {
		return around, teams.Error
	}
	around.engineers = engineers
	err := c.Table("users").Select("users.*, members.role").Joins("JOIN members ON members.user_id = users.id").
		Where("members.team_id = ? AND users.disabled_at IS NULL", n.TeamID).
		Where("members.role IN ? OR users.id IN ?", []models.Role{models.Owner, models.Admin}, n.Detail.People).
		Order("users.id").Find(&around.members).Error
	if err == nil && n.Event == models.MemberRemovedEvent { // the one thing of a team that who left it still hears
		err = c.Where("id IN ? AND disabled_at IS NULL", n.Detail.People).Find(&around.concerned).Error
	}
	return around, err
}

// telling is how one person is told.
type telling struct {
	models.User
	desk    bool
	urgency models.Urgency
	owner   bool // of the team
}

// tellings makes out who is told, each person once: as a solutions engineer if they are
// one and engineers are told, and as soon as any of the person's parts in it asks for.
func (around circle) tellings(n *models.Notification) []telling {
	var list []telling
	add := func(user models.User, desk bool, urgency models.Urgency, owner bool) {
		if urgency == models.Untold || user.ID == n.Actor.ID ||
			n.Event == models.MemberJoinedEvent && user.ID == n.SubjectID {
			return
		}
		i := slices.IndexFunc(list, func(t telling) bool { return t.ID == user.ID })
		if i < 0 {
			list = append(list, telling{User: user, desk: desk, urgency: urgency, owner: owner})
			return
		}
		list[i].owner = list[i].owner || owner
		if urgency == models.AtOnce {
			list[i].urgency = urgency
		}
	}
	for _, user := range n.Detail.LookedAfterBy(around.engineers) {
		add(user, true, n.Urgency(models.Engineers), false)
	}
	for _, member := range around.members {
		owner := member.Role == models.Owner
		if slices.Contains(n.Detail.People, member.ID) {
			add(member.User, false, n.Urgency(models.Concerned), owner)
		}
		if member.Role.AtLeast(models.Admin) {
			add(member.User, false, n.Urgency(models.Managers), owner)
		}
	}
	for _, user := range around.engineers {
		if slices.Contains(n.Detail.People, user.ID) {
			add(user, true, n.Urgency(models.Concerned), false)
		}
	}
	for _, user := range around.concerned {
		add(user, false, n.Urgency(models.Concerned), false)
	}
	return list
}

// deliver writes a line for each person's list, and the mails.
func (c *change) deliver(n models.Notification, around circle) error {
	list := around.tellings(&n)
	if len(list) == 0 {
		return nil
	}
	muted, err := c.muted(n.Event, list)
	if err != nil {
		return err
	}
	notices := make([]models.Notice, len(list))
	for i, t := range list {
		mails := !muted[t.ID] || t.owner && n.Event.Rule().Security
		notices[i] = models.Notice{UserID: t.ID, NotificationID: n.ID, Desk: t.desk,
			ForDigest: mails && t.urgency == models.Daily}
		if mails && t.urgency == models.AtOnce {
			told := models.Told{Notification: n, Team: around.team.Name, TeamSlug: around.team.Slug, Desk: t.desk}
			if err := c.mail(models.NotificationMail, t.Email, models.MailContent{Told: []models.Told{told}}); err != nil {
				return err
			}
		}
	}
	return c.create(&notices)
}

// muted are those of the people who want no mail of the event.
func (c *change) muted(event models.Event, list []telling) (map[string]bool, error) {
	ids := make([]string, len(list))
	for i, t := range list {
		ids[i] = t.ID
	}
	muted := map[string]bool{}
	var rows []string
	err := c.Model(&mutedEvent{}).Where("event = ? AND user_id IN ?", event, ids).Pluck("user_id", &rows).Error
	for _, id := range rows {
		muted[id] = true
	}
	return muted, err
}

// mutedEvent is that a person wants no mail of an event.
type mutedEvent struct {
	UserID string       `gorm:"primaryKey"`
	Event  models.Event `gorm:"primaryKey"`
}
