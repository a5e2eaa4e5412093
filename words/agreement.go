package words

import (
	"strings"
	"time"

	"dojo/models"
)

// Until says the last moment before an end: "3 Mar 2027, 23:59 UTC".
func Until(ends time.Time) string {
	last := models.LastDay(ends).UTC()
	return Day(last) + ", " + last.Format("15:04") + " UTC"
}

// DaysLeft says how long it is until an end: "12 days left", "Last day".
func DaysLeft(ends, now time.Time) string {
	const day = 24 * time.Hour
	if left := ends.Sub(now); left > day {
		return Plural(int((left+day-1)/day), "day") + " left"
	}
	return "Last day"
}

// CoverEffect says what a change of agreements does to an environment at the moment now,
// given as it was and as it will be; empty when it does nothing.
func CoverEffect(before, after models.Environment, requestsYesterday int64, keys int, now time.Time) string {
	name := after.Kind.Name()
	was, is := coverToCome(before, now), coverToCome(after, now)
	var said string
	switch {
	case is == nil && was == nil:
		return ""
	case is == nil:
		said = name + " locks at once"
	case was == nil || was.AgreementID != is.AgreementID || !was.StartsAt.Equal(is.StartsAt):
		said = name + " unlocks at once"
		if !is.Begun(now) {
			said = name + " unlocks on " + Day(is.StartsAt) + ", 00:00 UTC"
		}
		said += ends(is, " and stays unlocked", ", and locks on ")
	case !sameEnd(was, is):
		said = name + ends(is, " stays unlocked, open-ended", " locks on ")
	}
	if limit := limits(is); is != nil && (was == nil || limit != limits(was)) {
		if said == "" {
			said = name + " may make " + limit
		} else {
			said += "; it may make " + limit
		}
	}
	if said == "" {
		return ""
	}
	return said + "; it made " + Count(int(requestsYesterday)) + " requests yesterday; " + Plural(keys, "key") + "."
}

// coverToCome is what covers an environment now or next.
func coverToCome(e models.Environment, now time.Time) *models.Cover {
	if cover := e.Cover(now); cover != nil {
		return cover
	}
	return e.Next(now)
}

func ends(cover *models.Cover, open, until string) string {
	if cover.EndsAt == nil {
		return open
	}
	return until + Until(*cover.EndsAt)
}

func sameEnd(a, b *models.Cover) bool {
	if a.EndsAt == nil || b.EndsAt == nil {
		return a.EndsAt == b.EndsAt
	}
	return a.EndsAt.Equal(*b.EndsAt)
}

func limits(cover *models.Cover) string {
	if cover == nil {
		return ""
	}
	return Limits(cover.PerSecond, cover.PerDay)
}

// Limits says how many requests an environment may make; 0 is no limit.
func Limits(perSecond, perDay int) string {
	var parts []string
	if perSecond > 0 {
		parts = append(parts, Count(perSecond)+" requests a second")
	}
	if perDay > 0 {
		parts = append(parts, Count(perDay)+" requests a day")
	}
	if len(parts) == 0 {
		return "any number of requests"
	}
	return strings.Join(parts, " and ")
}

// TermsChanged says what an agreement says from a change on, a line each: all of it where
// before is nil, and otherwise what differs. engineer names people by their ids.
func TermsChanged(before *models.Terms, after models.Terms, engineer func(id string) string) []string {
	was := map[string]string{}
	if before != nil {
		for _, line := range termsLines(*before, engineer) {
			was[line[0]] = line[1]
		}
	}
	var said []string
	for _, line := range termsLines(after, engineer) {
		switch old := was[line[0]]; {
		case before == nil:
			said = append(said, line[0]+": "+line[1])
		case old != line[1]:
			said = append(said, line[0]+": "+line[1]+" (before: "+old+")")
		}
	}
	return said
}

func termsLines(t models.Terms, engineer func(id string) string) [][2]string {
	last, signatory, covers := "open-ended", "nobody named", "nothing yet"
	if !t.EndsAt.IsZero() {
		last = Day(models.LastDay(t.EndsAt))
	}
	if t.Signatory != "" {
		signatory = models.Isolated(t.Signatory)
	}
	if len(t.Covers) > 0 {
		var names []string
		for _, kind := range t.Covers {
			names = append(names, kind.Name())
		}
		covers = strings.Join(names, ", ")
	}
	return [][2]string{
		{"Reference", models.Isolated(t.Reference)}, {"Signatory", signatory},
		{"Looked after by", engineer(t.EngineerID)}, {"First day", Day(t.FirstAt)}, {"Last day", last},
		{"Covers", covers}, {"Each may make", Limits(t.PerSecond, t.PerDay)},
	}
}
