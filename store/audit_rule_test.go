package store_test

import (
	"dojo/models"
	"dojo/store/storetest"
)

// refuseAudit makes the database refuse lines of the activity list about the
// action.
func refuseAudit(db *storetest.Database, action models.AuditAction) {
	if db.Engine == storetest.SQLite {
		db.Exec(`CREATE TRIGGER refuse_line BEFORE INSERT ON audit_events WHEN NEW.action = '` + string(action) + `'
			BEGIN SELECT RAISE(ABORT, 'no line today'); END`)
		return
	}
	db.Exec(`ALTER TABLE audit_events ADD CONSTRAINT refuse_line CHECK (action <> '` + string(action) + `') NOT VALID`)
}
