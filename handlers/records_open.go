package handlers

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

// maxShown is how many bytes of a record a page lays out.
const maxShown = 256 << 10

// openRecord reads the record that the address opens at the side of its list; nil
// when it opens none.
func (h *Handlers) openRecord(v *EnvironmentVisit, of Collection, list pages.Link) (*pages.OpenRecord, error) {
	id := v.QueryParam("record")
	if id == "" {
		return nil, nil
	}
	open := &pages.OpenRecord{ID: id, Title: id, Close: pages.Address(list.Path, list.Query)}
	var err error
	if of.name == models.Interactions {
		err = openInteraction(v, open)
	} else {
		err = openShelved(v, of, open)
	}
	if models.CodeOf(err) == models.NotFound {
		open.Missing, err = true, nil
	}
	open.Deleting = v.QueryParams().Has("delete") && !open.Missing && v.Team.May(models.ManageData)
	return open, err
}

func openShelved(v *EnvironmentVisit, of Collection, open *pages.OpenRecord) error {
	found, err := of.one(v, open.ID)
	if err != nil {
		return err
	}
	name, filter, link := "Title", "product", "Interactions with it"
	if of.name == models.EndUsers {
		name, filter, link = "Name", "user", "Their interactions"
	}
	open.Facts = []pages.Fact{{Name: "Id", Text: found.id, Code: true}, {Name: name, Text: found.label}, {Name: "Last updated", At: found.updated}}
	if found.label != "" {
		open.Title = found.label
	}
	open.Links = []pages.Option{{Value: InteractionRecords.address(v) + "?" + filter + "=" + url.QueryEscape(found.id), Label: link}}
	show(open, found.body)
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
	interactions := InteractionRecords.address(v)
	if found.UserID != "" {
		open.Facts = append(open.Facts, pages.Fact{Name: "User", Text: found.UserID, Code: true})
		open.Links = append(open.Links, pages.Option{Value: interactions + "?user=" + url.QueryEscape(found.UserID), Label: "All of this user"},
			pages.Option{Value: layout.Href(v.Team.Team.Slug, string(v.Environment.Kind), layout.Users) + "?record=" + url.QueryEscape(found.UserID), Label: "The user"})
	}
	if found.AnonymousID != "" {
		open.Facts = append(open.Facts, pages.Fact{Name: "Anonymous id", Text: found.AnonymousID, Code: true})
		if found.UserID == "" {
			open.Links = append(open.Links, pages.Option{Value: interactions + "?user=" + url.QueryEscape(found.AnonymousID), Label: "All of this visitor"})
		}
	}
	if found.ProductIDs != "" {
		open.Facts = append(open.Facts, pages.Fact{Name: "Products", Text: found.ProductIDs, Code: true})
		first, _, _ := strings.Cut(found.ProductIDs, ", ")
		open.Links = append(open.Links, pages.Option{Value: CatalogRecords.address(v) + "?record=" + url.QueryEscape(first), Label: "The product"})
	}
	open.Facts = append(open.Facts, pages.Fact{Name: "Occurred", At: found.OccurredAt}, pages.Fact{Name: "Received", At: found.ReceivedAt})
	show(open, found.Body)
	return nil
}

// show takes as much of the JSON as a page lays out.
func show(open *pages.OpenRecord, body []byte) {
	if len(body) > maxShown {
		open.Facts = append(open.Facts, pages.Fact{Name: "Shown", Text: fmt.Sprintf("the first %d KiB of %d", maxShown>>10, len(body)>>10)})
		body = body[:maxShown]
	}
	open.JSON = strings.ToValidUTF8(string(body), "")
}
