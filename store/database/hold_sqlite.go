package database

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"gorm.io/gorm"
)

// fileLock keeps a second process off a SQLite file: the file itself, whatever it is
// called, by flock(2). SQLite's own locks are of another kind, and the two do not meet.
type fileLock struct {
	path   string
	file   *os.File
	info   fs.FileInfo // of the locked file
	engine *Engine

	// fenced is set when the row has named another process. That cannot be while this
	// one has the file locked, unless its disk does not keep locks; there this process gives
	// way until it is started again.
	fenced atomic.Bool
}

// locked are the files that this process has locked. To open a file and close it again
// takes SQLite's own locks on it from the whole process, so one that is in here is not
// opened a second time.
var locked = struct {
	sync.Mutex
	files []fs.FileInfo
}{}

// lockFile locks the file, which it makes if there is none. A process that has it gets a
// moment to end.
func lockFile(ctx context.Context, path string) (*fileLock, error) {
	for deadline := time.Now().Add(leaving); ; {
		l, err := tryLockFile(path)
		if l != nil || err != nil {
			return l, err
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("another dojo process is using the database file %s. "+
				"Stop it first, or choose another file with --database-url", path)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// tryLockFile returns nil when somebody has the file locked.
func tryLockFile(path string) (*fileLock, error) {
	locked.Lock()
	defer locked.Unlock()
	if info, err := os.Stat(path); err == nil && isLocked(info) {
		return nil, nil
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	if err != nil {
		file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, nil
		}
		return nil, fmt.Errorf("cannot lock the database file %s: %w", path, err)
	}
	locked.files = append(locked.files, info)
	return &fileLock{path: path, file: file, info: info}, nil
}

func isLocked(info fs.FileInfo) bool {
	for _, one := range locked.files {
		if os.SameFile(one, info) {
			return true
		}
	}
	return false
}

// inPlace fails with errLost when the path leads to another file by now, which another
// process may serve.
func (l *fileLock) inPlace() error {
	info, err := os.Stat(l.path)
	if err != nil || !os.SameFile(info, l.info) {
		return errLost
	}
	return nil
}

// identity names the file for as long as it is on this disk.
func (l *fileLock) identity() string {
	stat, ok := l.info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%d %d", stat.Dev, stat.Ino)
}

func (l *fileLock) claim(ctx context.Context, name string) (wait bool, err error) {
	if err := l.inPlace(); err != nil || l.fenced.Load() {
		return false, errLost
	}
	err = l.engine.Writer.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		before, err := readRow(ctx, db.Statement.ConnPool)
		if err != nil {
			return err
		}
		// Whoever had this very file locked has ended. A copy may have come from one that
		// somebody goes on using.
		wait = before.mayRun(name) && before.file != l.identity()
		return db.Exec("UPDATE serving SET holder = ?, process = ?, file = ?, released = false WHERE id = 1",
			name, ThisProcess(), l.identity()).Error
	})
	return wait, err
}

func (l *fileLock) check(ctx context.Context, name string) error {
	if err := l.inPlace(); err != nil {
		return err
	}
	reader, err := l.engine.Reader.DB()
	if err != nil {
		return err
	}
	now, err := readRow(ctx, reader)
	if err == nil && now.holder != name {
		l.fenced.Store(true)
		err = errLost
	}
	return err
}

// sqliteFence reads the row in a transaction, which is alone from its start.
const sqliteFence = "SELECT holder FROM serving WHERE id = 1"

func (l *fileLock) fence(ctx context.Context, e *Engine, tx gorm.ConnPool, name string) error {
	if err := l.inPlace(); err != nil {
		return err
	}
	statement, err := e.statement(ctx, tx, sqliteFence)
	if err != nil {
		return err
	}
	defer statement.Close()
	var holder string
	if err := statement.QueryRowContext(ctx).Scan(&holder); err != nil {
		return err
	}
	if holder != name {
		l.fenced.Store(true)
		return errLost
	}
	return nil
}

// release comes after everything else of the engine is closed, except for the pool
// for writing.
func (l *fileLock) release(name string) {
	if name != "" && l.engine.Writer != nil && l.inPlace() == nil {
		ctx, cancel := context.WithTimeout(context.Background(), holdInterval)
		defer cancel()
		_ = l.engine.Writer.WithContext(ctx).
			Exec("UPDATE serving SET released = true WHERE id = 1 AND holder = ?", name).Error // the next one waits
	}
}

// unlock comes last, when SQLite has no connection to the file any more.
func (l *fileLock) unlock() error {
	locked.Lock()
	defer locked.Unlock()
	for i, one := range locked.files {
		if os.SameFile(one, l.info) {
			locked.files = append(locked.files[:i], locked.files[i+1:]...)
			break
		}
	}
	return l.file.Close()
}
