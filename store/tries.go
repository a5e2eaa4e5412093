package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dojo/models"
	"dojo/store/database"
)

// triesRow is what is remembered of the tries of one subject under one pace.
type triesRow struct {
	Subject []byte `gorm:"primaryKey"`
	models.TryState
}

func (triesRow) TableName() string { return "sign_in_tries" }

// pacedTries are the tries of one subject under a pace.
type pacedTries struct {
	subject []byte
	pace    models.Pace
}

// triesBytes is how long the digest is that tries by strangers are counted under:
// no more than 65,536 rows of each kind, however many addresses are made up. Two
// accounts that share a row share a limit that makes one wait, and the digest has a
// key, so that nobody can choose to share.
const triesBytes = 2

// subjectOf is what tries are counted under. Those of known devices have a row each,
// of which there are no more than devices.
func (s *Store) subjectOf(kind models.TryKind, limit string, exact bool, parts ...string) []byte {
	digest := s.vault.Digest(fmt.Sprintf("tries %s %s %q", kind, limit, parts))
	name := []byte(limit + " " + string(kind) + " ")
	if exact {
		return append(name, digest[:16]...)
	}
	return append(name, digest[:triesBytes]...)
}

func (s *Store) deviceTries(try models.Try) pacedTries {
	return pacedTries{s.subjectOf(try.Kind, "device", true, try.Account, string(try.Device)), try.Kind.DevicePace()}
}

func (s *Store) networkTries(try models.Try) pacedTries {
	kind := try.Kind
	if kind != models.MailTry {
		kind = models.PasswordTry // one limit for all that is guessed from a network
	}
	return pacedTries{s.subjectOf(kind, "network", false, try.Network), kind.NetworkPace()}
}

// accountTries are those at the account from sites of one sort.
func (s *Store) accountTries(try models.Try, sort string) pacedTries {
	return pacedTries{s.subjectOf(try.Kind, sort, false, try.Account), try.Kind.AccountPace()}
}

const (
	newcomers = "newcomers"
	returning = "returning"
)

func (s *Store) newcomerTries(try models.Try) pacedTries {
	return pacedTries{s.subjectOf(try.Kind, "newcomer", false, try.Account, models.SiteOf(try.Network)), models.NewcomerPace()}
}

// Turn is the answer to a try that is about to be made.
type Turn struct {
	// Wait is how long to wait before the try is made; of a refused one, before the next.
	Wait    time.Duration
	Refused bool
}

// TakeTry counts a try before it is known whether it is right, so that many at the
// same moment get no more than one after the other. Refused tries are not counted,
// and cost no write.
func (s *Store) TakeTry(ctx context.Context, try models.Try) (Turn, error) {
	var turn Turn
	err := s.read(ctx, func(db *gorm.DB) (err error) {
		turn, _, err = s.judgeTry(db, try)
		return err
	})
	if err != nil || turn.Refused {
		return turn, err
	}
	err = s.write(ctx, func(db *gorm.DB) error {
		if err := s.holdTries(db, s.allTries(try)); err != nil {
			return err
		}
		judged, changed, err := s.judgeTry(db, try)
		if turn = judged; err != nil || turn.Refused {
			return err
		}
		for _, row := range changed {
			if err := saveTries(db, row); err != nil {
				return err
			}
		}
		return nil
	})
	return turn, err
}

// allTries are all rows that a try may touch.
func (s *Store) allTries(try models.Try) []pacedTries {
	if try.Device != nil {
		return []pacedTries{s.deviceTries(try)}
	}
	all := []pacedTries{s.networkTries(try)}
	if try.Kind.AccountPace().Burst > 0 {
		all = append(all, s.newcomerTries(try), s.accountTries(try, newcomers), s.accountTries(try, returning))
	}
	return all
}

// holdTries makes the rows, where there are none, and holds them until the commit, all
// transactions in one order.
func (s *Store) holdTries(db *gorm.DB, all []pacedTries) error {
	slices.SortFunc(all, func(a, b pacedTries) int { return bytes.Compare(a.subject, b.subject) })
	for _, tries := range all {
		row := triesRow{tries.subject, models.TryState{FullAt: s.Now(), TurnAt: s.Now()}}
		if err := db.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
			return err
		}
		if s.engine.Dialect == database.Postgres {
			query := db.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
			if err := query.Where("subject = ?", tries.subject).Take(&row).Error; err != nil {
				return err
			}
		}
	}
	return nil
}

// judgeTry says when the try may be made by what the database has, and what it would
// have then.
func (s *Store) judgeTry(db *gorm.DB, try models.Try) (turn Turn, changed []triesRow, err error) {
	limits, changed, err := s.limitsOf(db, try)
	for _, tries := range limits {
		if err != nil {
			return turn, nil, err
		}
		var row triesRow
		var each Turn
		row, each, err = s.judgeTries(db, tries)
		changed = append(changed, row)
		if each.Refused == turn.Refused {
			turn.Wait = max(turn.Wait, each.Wait)
		} else if each.Refused {
			turn = each
		}
	}
	return turn, changed, err
}

// limitsOf are the limits that hold for the try. Of the two of the account it is the
// newcomers' as long as few wrong tries came from this site, which is noted in
// changed.
func (s *Store) limitsOf(db *gorm.DB, try models.Try) (limits []pacedTries, changed []triesRow, err error) {
	if try.Device != nil {
		return []pacedTries{s.deviceTries(try)}, nil, nil
	}
	limits = []pacedTries{s.networkTries(try)}
	if try.Kind.AccountPace().Burst == 0 {
		return limits, nil, nil
	}
	row, before, err := s.judgeTries(db, s.newcomerTries(try))
	if before.Refused {
		return append(limits, s.accountTries(try, returning)), nil, err
	}
	return append(limits, s.accountTries(try, newcomers)), []triesRow{row}, err
}

func (s *Store) judgeTries(db *gorm.DB, tries pacedTries) (after triesRow, turn Turn, err error) {
	var row triesRow
	if err := db.Where("subject = ?", tries.subject).Limit(1).Find(&row).Error; err != nil {
		return row, turn, err
	}
	after.Subject = tries.subject
	after.TryState, turn.Wait, turn.Refused = tries.pace.Take(row.TryState, s.Now())
	return after, turn, nil
}

func saveTries(db *gorm.DB, row triesRow) error {
	columns := map[string]any{"full_at": row.FullAt, "turn_at": row.TurnAt, "turns": row.Turns}
	return db.Model(&triesRow{}).Where("subject = ?", row.Subject).Updates(columns).Error
}

// ForgiveTry takes back a try that was right. What the device, or the site at this
// account, tried before is forgotten; what the network tried at other accounts stays,
// since one good password must not wash off guesses at others.
func (s *Store) ForgiveTry(ctx context.Context, try models.Try) error {
	return s.write(ctx, func(db *gorm.DB) error {
		if try.Device != nil {
			return forgetTries(db, s.deviceTries(try))
		}
		gone := []pacedTries{s.newcomerTries(try)}
		if try.Kind == models.CodeTry { // whoever has given both is no guesser
			gone = append(gone, s.accountTries(try, newcomers), s.accountTries(try, returning))
		}
		if err := forgetTries(db, gone...); err != nil {
			return err
		}
		network := s.networkTries(try)
		if err := s.holdTries(db, []pacedTries{network}); err != nil {
			return err
		}
		var row triesRow
		if err := db.Where("subject = ?", network.subject).Take(&row).Error; err != nil {
			return err
		}
		row.TryState = network.pace.GiveBack(row.TryState)
		return saveTries(db, row)
	})
}

func forgetTries(db *gorm.DB, gone ...pacedTries) error {
	for _, tries := range gone {
		if err := db.Where("subject = ?", tries.subject).Delete(&triesRow{}).Error; err != nil {
			return err
		}
	}
	return nil
}

// KnownDevice reports whether the browser with the digest has signed in to the account
// with the address before.
func (s *Store) KnownDevice(ctx context.Context, email string, digest []byte) (bool, error) {
	var count int64
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Model(&device{}).Joins("JOIN users ON users.id = devices.user_id").
			Where("users.email = ? AND devices.digest = ?", email, digest).Count(&count).Error
	})
	return count > 0, err
}

// sweepTries forgets what says nothing any more. Turns are counted until they were not
// taken for a long time.
func sweepTries(db *gorm.DB, now time.Time) error {
	return db.Where("full_at <= ? AND turn_at <= ? AND (turns = 0 OR turn_at <= ?)", now, now, now.Add(-turnsKept)).
		Delete(&triesRow{}).Error
}

// turnsKept is how long the number of turns is remembered after the last one.
const turnsKept = 90 * 24 * time.Hour
