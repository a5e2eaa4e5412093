package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dojo/models"
)

// AcceptedProgram is a program that the team accepts, and what is seen of it with keys that work.
type AcceptedProgram struct {
	models.AcceptedProgram
	Requests   int64
	LastSeenAt time.Time // zero: not seen with one of these keys
}

// AcceptedPrograms returns the programs that may send the environment's secret keys in URLs, by name.
func (t *TeamScope) AcceptedPrograms(ctx context.Context, kind models.EnvironmentKind) (
	programs []AcceptedProgram, err error) {
	err = t.readUse(ctx, kind, func(db *gorm.DB, environmentID string) error {
		var accepted []models.AcceptedProgram
		if err := db.Where("environment_id = ?", environmentID).Find(&accepted).Error; err != nil || len(accepted) == 0 {
			return err
		}
		var seen []models.Exposure
		if err := db.Where("environment_id = ? AND program <> '' AND "+ofWorkingKey, environmentID).
			Find(&seen).Error; err != nil {
			return err
		}
		for _, program := range accepted {
			programs = append(programs, seenOf(program, seen))
		}
		return nil
	})
	slices.SortFunc(programs, func(a, b AcceptedProgram) int { return CompareNames(a.Program, b.Program) })
	return programs, err
}

func seenOf(program models.AcceptedProgram, exposures []models.Exposure) AcceptedProgram {
	of := AcceptedProgram{AcceptedProgram: program}
	for _, e := range exposures {
		if e.Program != program.Program {
			continue
		}
		of.Requests += e.Requests
		if e.LastSeenAt.After(of.LastSeenAt) {
			of.LastSeenAt = e.LastSeenAt
		}
	}
	return of
}

// AcceptProgram notes that the program may send the environment's secret keys in URLs, these and later ones, so
// that it is no alarm. It is NotFound unless the program was seen to do so.
func (t *TeamScope) AcceptProgram(ctx context.Context, kind models.EnvironmentKind, program string) error {
	return t.changeProgram(ctx, kind, models.ProgramAccepted, program,
		func(c *change, environment models.Environment) error {
			err := c.Where("environment_id = ? AND program = ? AND program <> ''", environment.ID, program).
				Take(&models.Exposure{}).Error
			if err != nil {
				return err
			}
			accepted := c.Clauses(clause.OnConflict{DoNothing: true}).Create(&models.AcceptedProgram{
				EnvironmentID: environment.ID, Program: program, At: c.now, By: c.actor.Sign(models.AsMember)})
			if accepted.Error == nil && accepted.RowsAffected == 0 {
				return errUnchanged
			}
			return accepted.Error
		})
}

// UnacceptProgram makes it an alarm again that the program sends secret keys in URLs, also of what was seen
// since the last alarm was resolved. It is NotFound when it is not accepted.
func (t *TeamScope) UnacceptProgram(ctx context.Context, kind models.EnvironmentKind, program string) error {
	return t.changeProgram(ctx, kind, models.ProgramUnaccepted, program,
		func(c *change, environment models.Environment) error {
			deleted := c.Where("environment_id = ? AND program = ?", environment.ID, program).
				Delete(&models.AcceptedProgram{})
			if deleted.Error == nil && deleted.RowsAffected == 0 {
				return gorm.ErrRecordNotFound
			}
			return deleted.Error
		})
}

func (t *TeamScope) changeProgram(ctx context.Context, kind models.EnvironmentKind, action models.AuditAction,
	program string, step func(c *change, environment models.Environment) error) error {
	return t.change(ctx, models.ManageData, kind, func(c *change, environment models.Environment) error {
		if err := step(c, environment); err != nil {
			return err
		}
		line := event(action, environment, program)
		line.Detail.Text = program
		return c.audit(line, models.AsMember)
	})
}
