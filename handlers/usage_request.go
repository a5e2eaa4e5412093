package handlers

import (
	"net/http"
	"regexp"
	"strings"
	"time"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// A request's id, by itself or in the headers of an answer.
var (
	requestID     = regexp.MustCompile(`\b[a-z2-7]{26}\b`)
	requestHeader = regexp.MustCompile(`(?i)\bx-request-id["']?\s*:\s*["']?([a-z2-7]{26})\b`)
)

// keyLike is what may be a key, which no page shows that did not ask for it.
var keyLike = regexp.MustCompile(`(?i)[0-9a-f]{40}`)

// findRequestID finds the id in what was pasted; it is empty when there is none.
func findRequestID(text string) string {
	if found := requestHeader.FindStringSubmatch(text); found != nil {
		return strings.ToLower(found[1])
	}
	return requestID.FindString(text)
}

// UsageRequestFind leads to the explanation of the request whose id was pasted. It
// is a POST, since what is pasted may hold more than the id, such as a key, which
// belongs in no address.
func (h *Handlers) UsageRequestFind(v *EnvironmentVisit) error {
	if err := mayViewUse(v); err != nil {
		return err
	}
	pasted := v.FormValue("request")
	if id := findRequestID(pasted); id != "" {
		return v.Redirect(http.StatusSeeOther, v.here(layout.Usage)+"/requests/"+id)
	}
	if !v.Environment.Readable(h.Store.Now()) { // its usage page is not shown
		return h.requestMissing(v, http.StatusUnprocessableEntity)
	}
	h.flush(v.ctx())
	keys, err := v.Team.Keys(v.ctx(), v.Environment.Kind)
	if err != nil {
		return err
	}
	page, err := h.usagePage(v, keys)
	if err != nil {
		return err
	}
	page.PastedError = "There is no request id in this: it has 26 lowercase letters and digits from 2 to 7."
	if !keyLike.MatchString(pasted) {
		page.Pasted = pasted
	}
	return render(v, http.StatusUnprocessableEntity, page)
}

// mayViewUse refuses guests, who see nothing of others' use.
func mayViewUse(v *EnvironmentVisit) error {
	if v.Team.May(models.ViewPeople) {
		return nil
	}
	_, err := v.Team.People(v.ctx()) // says it as the pages of people do
	return err
}

// UsageRequest explains how a request ended, and why.
func (h *Handlers) UsageRequest(v *EnvironmentVisit) error {
	if err := mayViewUse(v); err != nil {
		return err
	}
	h.flush(v.ctx())
	row, err := v.Team.Request(v.ctx(), v.Param("id"))
	if models.CodeOf(err) == models.NotFound {
		return h.requestMissing(v, http.StatusNotFound)
	}
	if err != nil {
		return err
	}
	base, err := h.environmentBase(v, "Request", layout.Usage)
	if err != nil {
		return err
	}
	its, own := requestEnvironment(v, row)
	keys, err := v.Team.Keys(v.ctx(), its.Kind)
	if err != nil {
		return err
	}
	page := pages.UsageRequest{
		Base: base, RequestRow: requestRow(row, keys), Origin: row.Origin,
		Title: words.Outcome(row.Outcome), Why: words.OutcomeWhy(row.Outcome), Checks: checked(row.Outcome),
	}
	if !own {
		elsewhere := h.environment(its)
		page.Elsewhere = &elsewhere
		page.ElsewhereHref = layout.Href(v.Team.Team.Slug, string(its.Kind), layout.Usage) + "/requests/" + row.ID
	}
	told := explained{now: base.Now, team: v.Team.Team, environment: its, request: row, keys: keys}
	page.Fixes = told.fixes()
	if failed := failedCheck(page.Checks); failed != nil {
		failed.Detail = told.detail()
	}
	if key := told.key(); key != nil {
		page.KeyHref = told.at(layout.Keys, "")
		if key.StateAt(base.Now) != models.Active {
			page.KeyHref += "#previous-keys"
		}
	}
	return render(v, http.StatusOK, page)
}

// requestEnvironment is the environment whose key the request showed, and whether
// it is the one that is viewed; a key that no team has counts as that one's.
func requestEnvironment(v *EnvironmentVisit, row models.Request) (models.Environment, bool) {
	for _, environment := range v.Team.Environments {
		if environment.ID == row.EnvironmentID && environment.ID != v.Environment.ID {
			return environment, false
		}
	}
	return v.Environment, true
}

// requestMissing says why nothing may be known of a request. It says nothing of
// what was asked for, so that another team's request is as unknown as none.
func (h *Handlers) requestMissing(v *EnvironmentVisit, status int) error {
	base, err := h.environmentBase(v, "Request", layout.Usage)
	if err != nil {
		return err
	}
	return render(v, status, pages.UsageRequest{Base: base, Missing: true})
}

// explained is a request with what its explanation depends on.
type explained struct {
	now         time.Time
	team        models.Team
	environment models.Environment // whose key it showed
	request     models.Request
	keys        []models.Key // of the environment
}

// key is the one it showed; nil when no team has it.
func (e explained) key() *models.Key {
	for i := range e.keys {
		if e.keys[i].ID == e.request.KeyID {
			return &e.keys[i]
		}
	}
	return nil
}

func (e explained) at(section layout.Section, query string) string {
	return layout.Href(e.team.Slug, string(e.environment.Kind), section) + query
}

// detail says more about the check that failed.
func (e explained) detail() string {
	switch e.request.Outcome {
	case models.KeyIsRevoked, models.KeyIsRetired:
		if key := e.key(); key != nil {
			return words.Revocation(key)
		}
	case models.AgreementEnded:
		if ended := e.environment.Lapsed(e.now); ended != nil && ended.EndsAt != nil {
			return words.AgreementEnded(ended.Agreement.Reference, *ended.EndsAt)
		}
	case models.LockedByEngineer:
		if cover := e.environment.Cover(e.now); cover != nil && cover.LockedAt != nil {
			return "The reason: " + cover.LockReason
		}
	case models.NotBegun:
		if next := e.environment.Next(e.now); next != nil {
			return "Agreement " + models.Isolated(next.Agreement.Reference) + " begins on " + words.Day(next.StartsAt) + "."
		}
	case models.OriginNotAllowed:
		if e.environment.AllowedOrigins != "" {
			allowed := words.Together(strings.Fields(e.environment.AllowedOrigins))
			return "The page is on " + e.request.Origin + ". Allowed now: " + allowed + "."
		}
		return "The page is on " + e.request.Origin + ". By now all origins are allowed."
	case models.SecretFromBrowser:
		if e.request.Origin != "" {
			return "The page is on " + e.request.Origin + "."
		}
	case models.SecretKeyNeeded:
		return "The publishable key opens POST /v1/interactions only."
	}
	return ""
}
