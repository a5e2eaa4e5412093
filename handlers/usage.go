package handlers

import (
	"context"
	"net/http"
	"strings"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// callersShown is how many callers a list shows at most.
const callersShown = 10

// Usage is how the environment's keys are used.
func (h *Handlers) Usage(v *EnvironmentVisit) error {
	page, err := h.usagePage(v)
	if err != nil {
		return err
	}
	return render(v, http.StatusOK, page)
}

func (h *Handlers) usagePage(v *EnvironmentVisit) (pages.Usage, error) {
	var page pages.Usage
	if err := mayViewUse(v); err != nil {
		return page, err
	}
	h.flush(v.ctx())
	base, err := h.environmentBase(v, "Usage", layout.Usage)
	if err != nil {
		return page, err
	}
	page = pages.Usage{Base: base, Range: v.QueryParam("range"), RefusedOnly: v.QueryParam("refused") != "",
		KeyID: v.QueryParam("key")}
	if _, known := spans[page.Range]; !known {
		page.Range = "day"
	}
	page.Snippets, err = h.snippets(v)
	if err != nil {
		return page, err
	}
	keys, err := v.Team.Keys(v.ctx(), v.Environment.Kind)
	if err != nil {
		return page, err
	}
	if err := usageFigures(v, &page); err != nil {
		return page, err
	}
	if err := usageCallers(v, &page, keys); err != nil {
		return page, err
	}
	return page, usageRequests(v, &page, keys)
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

// usageFigures adds up the requests of the range, and of as long a time before.
func usageFigures(v *EnvironmentVisit, page *pages.Usage) error {
	span := spans[page.Range]
	begin := span.begin(page.Now)
	hours, err := v.Team.RequestsByHour(v.ctx(), v.Environment.Kind, begin.Add(-span.length()))
	if err != nil {
		return err
	}
	page.Chart, page.Sums, page.Before = span.chart(hours, page.Now)
	page.Outcomes = outcomesOf(hours, begin)
	endpoints, err := v.Team.RequestsByEndpoint(v.ctx(), v.Environment.Kind, begin)
	page.Endpoints = endpointsOf(endpoints)
	return err
}

func usageCallers(v *EnvironmentVisit, page *pages.Usage, keys []models.Key) error {
	query := store.CallersQuery{KeyID: page.KeyID, Since: spans[page.Range].begin(page.Now), Limit: callersShown + 1}
	callers, err := v.Team.Callers(v.ctx(), v.Environment.Kind, query)
	if page.MoreCallers = len(callers) > callersShown; page.MoreCallers {
		callers = callers[:callersShown]
	}
	page.Callers = callersOf(callers, keys)
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

// keyChoices is how many keys the list can be narrowed to.
const keyChoices = 6

func usageRequests(v *EnvironmentVisit, page *pages.Usage, keys []models.Key) error {
	for i := range keys {
		if key := &keys[i]; i < keyChoices || key.ID == page.KeyID {
			page.Keys = append(page.Keys, pages.Option{Value: key.ID, Label: words.Key(key)})
		}
	}
	query := store.RequestsQuery{
		Refused: page.RefusedOnly, KeyID: page.KeyID,
		Cursor: latestFirst.of(v.QueryParams()),
	}
	list, err := v.Team.Requests(v.ctx(), v.Environment.Kind, query)
	if err != nil || len(list.Rows) == 0 {
		return err
	}
	for _, row := range list.Rows {
		page.Requests = append(page.Requests, requestRow(row, keys))
	}
	page.Pager, _ = pager(linkTo(v.Request().URL), latestFirst, query.Cursor, list)
	return nil
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
