package words

import (
	"time"

	"dojo/models"
)

// UnlockState is where an unlock request stands: "Unlocked".
func UnlockState(state models.UnlockState) string {
	switch state {
	case models.Pending:
		return "Pending"
	case models.Approved:
		return "Unlocked"
	case models.Declined:
		return "Declined"
	case models.Withdrawn:
		return "Withdrawn"
	case models.Lapsed:
		return "Lapsed"
	}
	return string(state)
}

// Decision says who decided an unlock request: "Unlocked by Sol".
func Decision(state models.UnlockState, by string) string {
	switch state {
	case models.Pending:
		return "Waiting"
	case models.Lapsed:
		return "Lapsed: nobody had decided it within 30 days"
	}
	return UnlockState(state) + " by " + models.Isolated(by)
}

// Agreement says what an environment is unlocked under, and until when; ends is the
// agreement's last moment, or zero.
func Agreement(reference string, ends time.Time) string {
	if ends.IsZero() {
		return "Agreement " + models.Isolated(reference)
	}
	return "Agreement " + models.Isolated(reference) + " until " + Moment(ends)
}

// AgreementEnded says that an agreement is over; ends is the first moment after it.
func AgreementEnded(reference string, ends time.Time) string {
	return "Agreement " + models.Isolated(reference) + " ended on " + Until(ends) + "."
}
