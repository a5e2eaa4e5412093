package handlers

import (
	"context"
	"net/http"
	"strings"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
)

// callersShown is how many programs a page lists at most, and callersRead how many callers they
// are put together from.
const (
	callersShown = 10
	callersRead  = 500
)

// Usage is how the environment's keys are used.
func (h *Handlers) Usage(v *EnvironmentVisit) error {
	if err := mayViewUse(v); err != nil {
		return err
	}
	h.flush(v.ctx())
	mark, err := v.Team.UseMark(v.ctx(), v.Environment.Kind)
	if err != nil {
		return err
	}
	if v.unchanged(h.Store.Now(), mark) {
		return notModified(v)
	}
	keys, err := v.Team.Keys(v.ctx(), v.Environment.Kind)
	if err != nil {
		return err
	}
	if asTable(v.Visit) {
		return h.usageTable(v, usageFilterOf(v, keys, h.Store.Now()), keys)
	}
	page, err := h.usagePage(v, keys)
	if err != nil {
		return err
	}
	return render(v, http.StatusOK, page)
}

func (h *Handlers) usagePage(v *EnvironmentVisit, keys []models.Key) (pages.Usage, error) {
	var page pages.Usage
	base, err := h.environmentBase(v, "Usage", layout.Usage)
	if err != nil {
		return page, err
	}
	filter := usageFilterOf(v, keys, base.Now)
	page = pages.Usage{Base: base, Bar: filter.bar, Link: filter.link, Range: filter.span.name, Period: filter.span.words,
		Before: filter.span.before, Ends: !filter.query.Until.IsZero()}
	if page.Snippets, err = h.snippets(v); err != nil {
		return page, err
	}
	mark, err := v.Team.UseMark(v.ctx(), v.Environment.Kind)
	if err != nil {
		return page, err
	}
	if page.Ever = mark.Requests > 0 || filter.bar.Narrowed(); filter.bar.Broken() {
		return page, nil
	}
	if err := usageFigures(v, &page, filter); err != nil {
		return page, err
	}
	if err := usageCallers(v, &page, filter, keys); err != nil {
		return page, err
	}
	if err := usageRequests(v, &page, filter, keys); err != nil {
		return page, err
	}
	page.Ever = page.Ever || len(page.Requests) > 0 || page.Sums.Total() > 0
	return page, nil
}

// flush makes what was seen of requests until now readable. When it cannot be
// written, the page shows what was written before.
func (h *Handlers) flush(ctx context.Context) {
	if h.Evidence == nil {
		return
	}
	if err := h.Evidence.Flush(ctx); err != nil {
		h.Logger.WarnContext(ctx, "what was seen of keys' use is not written", "error", err)
	}
}

// snippets are the programs that make a first request.
func (h *Handlers) snippets(v *EnvironmentVisit) (pages.Snippets, error) {
	snippets := pages.Snippets{APIURL: h.APIURL, ReadOnly: v.Environment.Kind.ReadOnly(),
		DryRun: v.Environment.Kind == models.Production}
	if snippets.ReadOnly {
		return snippets, nil
	}
	text, err := v.Team.PublishableKey(v.ctx(), v.Environment.Kind)
	if models.CodeOf(err) == models.NotFound {
		err = nil
	}
	snippets.PublishableText = text
	return snippets, err
}

// usageFigures adds up the requests of the period, and of as long a time before.
func usageFigures(v *EnvironmentVisit, page *pages.Usage, filter usageFilter) error {
	kind, query := v.Environment.Kind, filter.query
	if !query.Counted() {
		kept, err := v.Team.RequestsKept(v.ctx(), kind, query)
		if err != nil {
			return err
		}
		page.Kept = &pages.KeptRequests{Requests: int(kept.Requests), Counted: int(kept.Counted)}
	}
	before := query
	before.From = query.From.Add(-filter.span.length())
	hours, err := v.Team.RequestsByHour(v.ctx(), kind, before)
	if err != nil {
		return err
	}
	page.Chart, page.Sums, page.SumsBefore = filter.span.chart(hours, filter.last)
	page.Outcomes = outcomesOf(hours, query.From)
	endpoints, err := v.Team.RequestsByEndpoint(v.ctx(), kind, query)
	page.Endpoints = endpointsOf(endpoints)
	return err
}

func usageCallers(v *EnvironmentVisit, page *pages.Usage, filter usageFilter, keys []models.Key) error {
	query := store.CallersQuery{UseQuery: filter.query, Limit: callersRead}
	callers, err := v.Team.Callers(v.ctx(), v.Environment.Kind, query)
	groups := pages.GroupCallers(callersOf(callers, keys))
	page.CallersKept, page.MoreCallers = !query.Told(), len(groups) > callersShown || len(callers) == callersRead
	page.Callers = groups[:min(len(groups), callersShown)]
	return err
}

func callersOf(rows []models.Caller, keys []models.Key) []pages.Caller {
	list := make([]pages.Caller, len(rows))
	for i, row := range rows {
		list[i] = pages.Caller{
			Address: row.Address, UserAgent: row.UserAgent, Origin: row.Origin, FirstSeen: row.FirstSeenAt,
			LastSeen: row.LastSeenAt,
			Accepted: int(row.Accepted), Refused: int(row.Refused), Key: keyName(keys, row.KeyID),
		}
	}
	return list
}

func usageRequests(v *EnvironmentVisit, page *pages.Usage, filter usageFilter, keys []models.Key) error {
	query := store.RequestsQuery{UseQuery: filter.query, Cursor: latestFirst.of(v.QueryParams())}
	list, err := v.Team.Requests(v.ctx(), v.Environment.Kind, query)
	if err != nil {
		return err
	}
	var rows []pages.RequestRow
	for _, row := range list.Rows {
		rows = append(rows, requestRow(row, keys))
	}
	page.Requests = pages.FoldRequests(rows)
	if len(rows) > 0 || !query.Cursor.IsZero() {
		page.Pager, _ = pager(filter.link, latestFirst, query.Cursor, list)
	}
	return nil
}

// usageTable sends the requests that the filter leaves, or with list=callers who sent them, as a
// table.
func (h *Handlers) usageTable(v *EnvironmentVisit, filter usageFilter, keys []models.Key) error {
	if filter.bar.Broken() {
		return models.Errorf(models.Invalid, "%s", filter.bar.Wrong())
	}
	kind, name := v.Environment.Kind, v.Team.Team.Slug+"-"+string(v.Environment.Kind)+"-"
	if v.QueryParam("list") == "callers" {
		query := store.CallersQuery{UseQuery: filter.query, Limit: callersRead}
		header := []string{"program", "user_agent", "origin", "address", "key", "first_seen_at", "last_seen_at",
			"requests_let_in", "requests_refused"}
		return sendTeamTable(h, v.TeamVisit, kind, name, "callers", header,
			func(models.Cursor, int) (list models.List[models.Caller], err error) {
				list.Rows, err = v.Team.Callers(v.ctx(), kind, query)
				return list, err
			},
			func(c models.Caller) []any {
				return []any{models.Program(c.UserAgent), c.UserAgent, c.Origin, c.Address, keyName(keys, c.KeyID),
					c.FirstSeenAt, c.LastSeenAt, c.Accepted, c.Refused}
			})
	}
	header := []string{"at", "id", "method", "path", "endpoint", "status", "outcome", "key", "address", "user_agent",
		"origin", "microseconds"}
	return sendTeamTable(h, v.TeamVisit, kind, name, "requests", header,
		func(from models.Cursor, limit int) (models.List[models.Request], error) {
			query := store.RequestsQuery{UseQuery: filter.query, Cursor: from, Limit: limit}
			return readInTeam(h, v.TeamVisit, func() (models.List[models.Request], error) {
				return v.Team.Requests(v.ctx(), kind, query)
			})
		},
		func(r models.Request) []any {
			return []any{r.At, r.ID, r.Method, r.Path, r.Endpoint, r.Status, string(r.Outcome), keyName(keys, r.KeyID),
				r.Address, r.UserAgent, r.Origin, r.Duration.Microseconds()}
		})
}

func requestRow(row models.Request, keys []models.Key) pages.RequestRow {
	page := pages.RequestRow{
		ID: row.ID, At: row.At, Method: row.Method, Path: row.Path, Status: row.Status,
		Outcome: outcomeShown(row.Outcome),
		Address: row.Address, UserAgent: row.UserAgent, Duration: row.Duration, Key: keyName(keys, row.KeyID),
	}
	if page.Path == "" { // of a request whose key no team has
		page.Path = path(row.Endpoint)
	}
	return page
}

// path is that of an endpoint: "/v1/products/:id" of "GET /v1/products/:id".
func path(endpoint string) string {
	_, path, _ := strings.Cut(endpoint, " ")
	return path
}
