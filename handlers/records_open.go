package handlers

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"dojo/models"
	"dojo/views/pages"
)

// maxShown is how many bytes of a record a page lays out.
const maxShown = 256 << 10

// openRecord reads the record that the address opens at the side of its list; nil
// when it opens none.
func (h *Handlers) openRecord(v *EnvironmentVisit, of models.Collection, list pages.Link) (*pages.OpenRecord, error) {
	id := v.QueryParam("record")
	if id == "" {
		return nil, nil
	}
	open := &pages.OpenRecord{ID: id, Title: id, Close: list.Address()}
	var err error
	if of == models.Interactions {
		err = openInteraction(v, open)
	} else {
		err = openProductOrUser(v, of, open)
	}
	if models.CodeOf(err) == models.NotFound {
		open.Missing, err = true, nil
	}
	open.Deleting = v.QueryParams().Has("delete") && !open.Missing && v.Team.MayChangeData(v.Environment.Kind) == nil
	return open, err
}

func openProductOrUser(v *EnvironmentVisit, of models.Collection, open *pages.OpenRecord) error {
	found, err := v.Team.Record(v.ctx(), v.Environment.Kind, of, open.ID)
	if err != nil {
		return err
	}
	name, filter, link := "Title", "product", "Interactions with it"
	if of == models.EndUsers {
		name, filter, link = "Name", "user", "Their interactions"
	}
	open.Facts = []pages.Fact{
		{Name: "Id", Text: found.ID, Code: true}, {Name: name, Text: found.Label},
		{Name: "Last updated", At: found.UpdatedAt},
	}
	if found.Label != "" {
		open.Title = found.Label
	}
	interactions := v.list(models.Interactions) + "?" + filter + "=" + url.QueryEscape(found.ID)
	open.Links = []pages.Option{{Value: interactions, Label: link}}
	show(open, found.Body)
	return nil
}

func openInteraction(v *EnvironmentVisit, open *pages.OpenRecord) error {
	number, err := strconv.ParseInt(open.ID, 10, 64)
	if err != nil {
		return models.ErrNotFound()
	}
	found, err := v.Team.Interaction(v.ctx(), v.Environment.Kind, number)
	if err != nil {
		return err
	}
	open.Title = found.Type
	open.Facts = []pages.Fact{{Name: "Type", Text: found.Type, Code: true}}
	interactions := v.list(models.Interactions)
	if found.UserID != "" {
		open.Facts = append(open.Facts, pages.Fact{Name: "User", Text: found.UserID, Code: true})
		user := url.QueryEscape(found.UserID)
		open.Links = append(open.Links, pages.Option{Value: interactions + "?user=" + user, Label: "All of this user"},
			pages.Option{Value: v.list(models.EndUsers) + "?record=" + user, Label: "The user"})
	}
	if found.AnonymousID != "" {
		open.Facts = append(open.Facts, pages.Fact{Name: "Anonymous id", Text: found.AnonymousID, Code: true})
		if found.UserID == "" {
			all := interactions + "?user=" + url.QueryEscape(found.AnonymousID)
			open.Links = append(open.Links, pages.Option{Value: all, Label: "All of this visitor"})
		}
	}
	if found.ProductIDs != "" {
		open.Facts = append(open.Facts, pages.Fact{Name: "Products", Text: found.ProductIDs, Code: true})
		first, _, _ := strings.Cut(found.ProductIDs, ", ")
		product := v.list(models.Products) + "?record=" + url.QueryEscape(first)
		open.Links = append(open.Links, pages.Option{Value: product, Label: "The product"})
	}
	open.Facts = append(open.Facts,
		pages.Fact{Name: "Occurred", At: found.OccurredAt}, pages.Fact{Name: "Received", At: found.ReceivedAt})
	show(open, found.Body)
	return nil
}

// show takes as much of the JSON as a page lays out.
func show(open *pages.OpenRecord, body []byte) {
	if len(body) > maxShown {
		shown := fmt.Sprintf("the first %d KiB of %d", maxShown>>10, len(body)>>10)
		open.Facts = append(open.Facts, pages.Fact{Name: "Shown", Text: shown})
		body = body[:maxShown]
	}
	open.JSON = strings.ToValidUTF8(string(body), "")
}
