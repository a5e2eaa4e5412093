package pages

import (
	"time"

	"github.com/a-h/templ"

	"dojo/views/layout"
	"dojo/words"
)

// Interactions is /t/{team}/{environment}/interactions, by arrival.
type Interactions struct {
	Base
	DataSet
	// Types lists the types there are.
	Types []string
	Filter
	Rows []Interaction
	// PublishableText fills the command of an empty list.
	PublishableText string
}

// Filter is what the list of interactions is narrowed to, as it was typed.
type Filter struct {
	Type    string
	User    string
	Product string
	From    string // a day: 2006-01-02
	To      string // the same; that day is included
	Oldest  bool   // the oldest first

	// DayError says what is wrong with the days; then the list shows nothing.
	DayError string
}

// Interaction is one interaction in the list.
type Interaction struct {
	ID       string
	Received time.Time
	// Occurred is when it happened, as far as it told.
	Occurred time.Time
	Type     string
	// User is the user's id, or the anonymous id when Anonymous.
	User      string
	Anonymous bool
	Products  []string
}

// productsShown is how many products of an interaction its row names.
const productsShown = 3

// late reports that it happened so long before it arrived that one reads it.
// firstCommand says what becomes of the command that the empty list offers.
func (p Interactions) firstCommand() string {
	if inProduction(p.Base) {
		return "This command tries your publishable key out: the record is checked, and nothing is written, " +
			"since this is Production."
	}
	return "Run this command: your publishable key is filled in, and the interaction shows up here within seconds."
}

func (i Interaction) late(now time.Time) bool {
	return words.Relative(i.Received, now) != words.Relative(i.Occurred, now)
}

// polls reports that new interactions can arrive in the part that is shown.
func (p Interactions) polls() bool {
	return p.Environment.State == layout.Unlocked && !p.Filtered && !p.Oldest && p.Pager.Newer == ""
}

// polling lets new interactions appear by themselves.
func (p Interactions) polling() templ.Attributes {
	if !p.polls() {
		return nil
	}
	return live("arrivals", p.Here(layout.Interactions), "4s")
}

func (p Interactions) neighbours() (before, behind string) {
	if p.Oldest {
		return "Older", "Newer"
	}
	return "Newer", "Older"
}
