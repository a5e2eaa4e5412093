package store

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// Join makes a row for this process, which changes that narrow what keys may do wait for
// from then on, and returns its id and where the feed ended before.
func (s *Store) Join(ctx context.Context, lease time.Duration) (id string, end models.FeedPosition, err error) {
	if s.serving.Load() != nil { // the connections may lead to a server that was replaced
		if err := s.engine.DropIdle(); err != nil {
			return "", end, err
		}
	}
	id = models.NewID()
	host, _ := os.Hostname() // for people
	ctx, cancel := context.WithTimeout(ctx, database.ChangeTimeout)
	defer cancel()
	err = s.engine.Writer.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		if err := s.beginHistory(db, lease); err != nil {
			return err
		}
		if s.engine.Dialect == database.SQLite { // whoever had the file has ended
			if err := db.Exec("DELETE FROM processes WHERE out_at IS NULL").Error; err != nil {
				return err
			}
		}
		return s.insertProcess(db, models.Process{
			ID: id, Run: s.process, Host: host, Machine: database.ThisProcess(), Version: s.version, LeaseMS: lease.Milliseconds(),
		})
	})
	if err != nil {
		return "", end, database.Translate(err)
	}
	s.serving.Store(&id)
	s.engine.Serve(id)
	if err = s.read(ctx, func(db *gorm.DB) error { end, err = s.feedEnd(db); return err }); err != nil {
		return "", end, err
	}
	s.history.Store(&end.History)
	return id, end, nil
}

func (s *Store) insertProcess(db *gorm.DB, p models.Process) error {
	now := s.engine.Clock()
	return db.Exec("INSERT INTO processes (id, run, host, machine, version, started_at, lease_ms, renewals, renewed_at, "+
		"applied, stats) SELECT ?, ?, ?, ?, ?, "+now+", ?, 0, "+now+", 0, '{}' WHERE "+s.engine.Durable(),
		p.ID, p.Run, p.Host, p.Machine, p.Version, p.LeaseMS).Error
}

// beginHistory begins a new history of the database. It may have lost the rows of
// processes that trust their memory yet, so a row stands for them until its lease has
// ended too: the longest lease that is known. SQLite has one history, and one process.
func (s *Store) beginHistory(db *gorm.DB, lease time.Duration) error {
	result := db.Exec("UPDATE feed SET history = " + s.engine.History() + " WHERE history <> " + s.engine.History())
	if result.Error != nil || result.RowsAffected == 0 {
		return result.Error
	}
	var longest int64
	if err := db.Raw("SELECT coalesce(max(lease_ms), 0) FROM processes").Scan(&longest).Error; err != nil {
		return err
	}
	return s.insertProcess(db, models.Process{ID: models.NewID(), LeaseMS: max(longest, lease.Milliseconds())})
}

// Confirm says that the changes up to a position of the feed are in force in the process,
// renews its lease, and returns the other processes that are not out. It fails with
// models.ErrOut when the process is out, or the database's history is another one or was not begun.
func (s *Store) Confirm(
	ctx context.Context, id string, applied models.FeedPosition, stats models.ProcessStats,
) (others []models.Process, err error) {
	s.stats.Store(&stats)
	if s.engine.Dialect == database.SQLite && s.confirmed.Load() == applied.Last {
		return nil, nil // nobody else looks, and a write a second would only wear the disk
	}
	text, err := json.Marshal(stats)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, database.ChangeTimeout)
	defer cancel()
	confirm := s.confirmAtOnce
	if s.engine.Dialect == database.SQLite {
		confirm = s.confirmAlone
	}
	renewed, err := confirm(s.engine.Writer.WithContext(ctx), id, applied, string(text))
	if err == nil && !renewed {
		err = models.ErrOut
	}
	if err == nil {
		s.confirmed.Store(applied.Last)
		err = s.settle(ctx)
	}
	if err == nil {
		others, err = s.processes(ctx, "out_at IS NULL AND id <> ?", id)
	}
	return others, database.Translate(err)
}

// confirmAtOnce renews a lease on PostgreSQL and adds to receipts. It is one statement, since
// receipts wait for it; all of it sees the row as it was before, which has added to the
// receipts of the changes up to "applied". Its commit waits for a synchronous replica where there is one, so that
// no lease is renewed at a server whose place a replica may have taken.
func (s *Store) confirmAtOnce(
	db *gorm.DB, id string, applied models.FeedPosition, stats string,
) (renewed bool, err error) {
	err = db.Raw("WITH renewed AS (UPDATE processes SET applied = @last, renewals = renewals + 1, "+
		"renewed_at = clock_timestamp(), stats = @stats WHERE id = @id AND out_at IS NULL AND history() = @history "+
		"AND EXISTS (SELECT 1 FROM feed WHERE history = history()) AND "+s.engine.Durable()+" RETURNING id), "+
		"confirmed AS (INSERT INTO confirmations (sequence, process_id, version, confirmed_at) "+
		"SELECT sequence, id, @version, clock_timestamp() FROM changes, renewed "+
		"WHERE narrows AND settled_at IS NULL AND sequence <= @last "+
		"AND sequence > (SELECT applied FROM processes WHERE id = @id) ON CONFLICT DO NOTHING) "+
		"SELECT count(*) > 0 FROM renewed", map[string]any{
		"last": applied.Last, "history": applied.History, "stats": stats, "id": id, "version": s.version,
	}).Scan(&renewed).Error
	return renewed, err
}

// confirmAlone does the same on SQLite, which has one history.
func (s *Store) confirmAlone(
	db *gorm.DB, id string, applied models.FeedPosition, stats string,
) (renewed bool, err error) {
	now := s.engine.Clock()
	err = db.Transaction(func(db *gorm.DB) error {
		update := db.Exec("UPDATE processes SET applied = ?, renewals = renewals + 1, renewed_at = "+now+
			", stats = ? WHERE id = ? AND out_at IS NULL", applied.Last, stats, id)
		if renewed = update.RowsAffected > 0; update.Error != nil || !renewed {
			return update.Error
		}
		return db.Exec("INSERT INTO confirmations (sequence, process_id, version, confirmed_at) "+
			"SELECT sequence, ?, ?, "+now+" FROM changes "+
			"WHERE narrows AND settled_at IS NULL AND sequence <= ? ON CONFLICT DO NOTHING",
			id, s.version, applied.Last).Error
	})
	return renewed, err
}

// MarkOut marks a process as out, unless it has renewed its lease since it was seen. The
// caller must know that the lease of that renewal has ended.
func (s *Store) MarkOut(ctx context.Context, seen models.Process) error {
	ctx, cancel := context.WithTimeout(ctx, database.ChangeTimeout)
	defer cancel()
	err := s.engine.Writer.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		now := s.engine.Clock()
		marked := db.Exec("UPDATE processes SET out_at = "+now+" WHERE id = ? AND renewals = ? AND out_at IS NULL",
			seen.ID, seen.Renewals)
		if marked.Error != nil || marked.RowsAffected == 0 {
			return marked.Error
		}
		return db.Exec("INSERT INTO confirmations (sequence, process_id, version, lease_ended_at) "+
			"SELECT sequence, ?, ?, "+now+" FROM changes WHERE narrows AND settled_at IS NULL AND sequence > ? "+
			"ON CONFLICT DO NOTHING", seen.ID, seen.Version, seen.Applied).Error
	})
	if err == nil {
		err = s.settle(ctx)
	}
	return database.Translate(err)
}

// Leave says that a process trusts its memory no more.
func (s *Store) Leave(ctx context.Context, id string) error {
	rows, err := s.processes(ctx, "id = ?", id)
	if err != nil || len(rows) == 0 {
		return err
	}
	return s.MarkOut(ctx, rows[0])
}

// ProcessList is what the desk sees of the processes.
type ProcessList struct {
	Rows   []models.Process // those that started first before others
	Last   int64            // the feed's last change
	This   string           // the id of the process that answers
	Single bool             // one process serves, whose lease is the lock on its file
}

// Processes returns the processes that serve, or did until a short while ago.
func (d *Desk) Processes(ctx context.Context) (list ProcessList, err error) {
	s := d.store
	list.Single = s.engine.Dialect == database.SQLite
	if id := s.serving.Load(); id != nil {
		list.This = *id
	}
	if err := s.read(ctx, func(db *gorm.DB) error {
		end, err := s.feedEnd(db)
		list.Last = end.Last
		return err
	}); err != nil {
		return list, err
	}
	list.Rows, err = s.processes(ctx, "out_at IS NULL OR out_at > ?", time.Now().UTC().Add(-outShown))
	if stats := s.stats.Load(); list.Single && stats != nil { // which are not written all the time
		for i := range list.Rows {
			list.Rows[i].Stats, list.Rows[i].RenewedAt = *stats, s.Now()
		}
	}
	return list, err
}

// How long processes that are out are shown at the desk, and how long their rows are kept.
const (
	outShown = time.Hour
	outKept  = 24 * time.Hour
)

func (s *Store) processes(ctx context.Context, condition string, args ...any) (rows []models.Process, err error) {
	err = s.read(ctx, func(db *gorm.DB) error {
		return db.Where(condition, args...).Order("started_at, id").Find(&rows).Error
	})
	for i := range rows {
		rows[i].Gone = rows[i].OutAt == nil && database.Ended(rows[i].Machine)
	}
	return rows, err
}

// gone reports whether the run of a program that serves has ended, or has lost its lease.
func (s *Store) gone(ctx context.Context, run string) (bool, error) {
	if !s.serves {
		return false, nil
	}
	rows, err := s.processes(ctx, "run = ? AND out_at IS NULL", run)
	return s.engine.Dialect == database.SQLite || !slices.ContainsFunc(rows, stillThere), err
}

func stillThere(p models.Process) bool { return !p.Gone }

// sweepProcesses removes the rows of processes that have been out for long.
func (s *Store) sweepProcesses(ctx context.Context) error {
	return s.write(ctx, func(db *gorm.DB) error {
		return db.Where("out_at < ?", s.Now().Add(-outKept)).Delete(&models.Process{}).Error
	})
}
