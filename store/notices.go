package store

import (
	"context"

	"gorm.io/gorm"

	"dojo/models"
)

// ToldNotice is a line of a person's list of notifications.
type ToldNotice struct {
	models.Told
	Seen bool
}

// maxUnseen is how far unseen notifications are counted.
const maxUnseen = 10

// stillOnes are the notices of a person about what they may see now: teams that they are
// in, everything for solutions engineers, and that they were removed. It takes the user's id
// three times.
const stillOnes = "notices.user_id = ? AND notification_id IN (SELECT id FROM notifications n WHERE " +
	"n.id = notices.notification_id AND (n.team_id = '' OR n.event = 'member.removed' OR " +
	"EXISTS (SELECT 1 FROM members WHERE members.team_id = n.team_id AND members.user_id = ?) OR " +
	"EXISTS (SELECT 1 FROM users WHERE users.id = ? AND users.engineer)))"

func noticesOf(db *gorm.DB, userID string) *gorm.DB {
	return db.Model(&models.Notice{}).Where(stillOnes, userID, userID, userID)
}

// UnseenNotices counts the actor's notifications that they have not seen, up to maxUnseen.
func (s *Store) UnseenNotices(ctx context.Context, actor models.Actor) (count int, err error) {
	err = s.read(ctx, func(db *gorm.DB) error {
		some := noticesOf(db, actor.UserID).Select("notification_id").Where("seen_at IS NULL").Limit(maxUnseen)
		return db.Raw("SELECT count(*) FROM (?) AS unseen", some).Scan(&count).Error
	})
	return count, err
}

// NoticesPage is how many notifications one page lists.
const NoticesPage = 50

// Notices returns the person's notifications, newest first: NoticesPage of them and one
// more when there are more, from the one with the id on; 0: from the newest.
func (a *Account) Notices(ctx context.Context, from int64) (list []ToldNotice, err error) {
	err = a.store.read(ctx, func(db *gorm.DB) error {
		query := noticesOf(db, a.actor.UserID).Order("notification_id DESC").Limit(NoticesPage + 1)
		if from > 0 {
			query = query.Where("notification_id <= ?", from)
		}
		list, err = toldTo(db, query)
		return err
	})
	return list, err
}

// SeeNotice notes that the person has seen one of their notifications, and returns it. It is
// NotFound when it is none of theirs.
func (a *Account) SeeNotice(ctx context.Context, id int64) (models.Told, error) {
	var list []ToldNotice
	err := a.store.read(ctx, func(db *gorm.DB) (err error) {
		list, err = toldTo(db, noticesOf(db, a.actor.UserID).Where("notification_id = ?", id))
		return err
	})
	if err == nil && len(list) == 0 {
		err = models.ErrNotFound()
	}
	if err != nil {
		return models.Told{}, err
	}
	if list[0].Seen {
		return list[0].Told, nil
	}
	return list[0].Told, a.seeNotices(ctx, "notification_id = ?", id)
}

// SeeNotices notes that the person has seen their notifications up to the id.
func (a *Account) SeeNotices(ctx context.Context, upTo int64) error {
	return a.seeNotices(ctx, "notification_id <= ?", upTo)
}

func (a *Account) seeNotices(ctx context.Context, condition string, id int64) error {
	return a.store.write(ctx, func(db *gorm.DB) error {
		return db.Model(&models.Notice{}).Where("user_id = ? AND seen_at IS NULL", a.actor.UserID).Where(condition, id).
			Update("seen_at", a.store.Now()).Error
	})
}

// toldTo reads what the notices of a person are about, in the order of the query.
func toldTo(db, query *gorm.DB) ([]ToldNotice, error) {
	var notices []models.Notice
	if err := query.Find(&notices).Error; err != nil || len(notices) == 0 {
		return nil, err
	}
	ids := make([]int64, len(notices))
	for i, notice := range notices {
		ids[i] = notice.NotificationID
	}
	var rows []models.Notification
	if err := db.Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	teamIDs := make([]string, len(rows))
	byID := make(map[int64]models.Notification, len(rows))
	for i, row := range rows {
		teamIDs[i], byID[row.ID] = row.TeamID, row
	}
	var teams []models.Team
	if err := db.Where("id IN ?", teamIDs).Find(&teams).Error; err != nil {
		return nil, err
	}
	byTeam := make(map[string]models.Team, len(teams))
	for _, team := range teams {
		byTeam[team.ID] = team
	}
	list := make([]ToldNotice, 0, len(notices))
	for _, notice := range notices {
		row := byID[notice.NotificationID]
		team := byTeam[row.TeamID]
		list = append(list, ToldNotice{Seen: notice.SeenAt != nil, Told: models.Told{
			Notification: row, Team: team.Name, TeamSlug: team.Slug, Desk: notice.Desk,
		}})
	}
	return list, nil
}
