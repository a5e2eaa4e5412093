package handlers

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"dojo/models"
	"dojo/views/pages"
)

// cursors is how the cursors of a list stand in addresses (keyset pagination): the
// fields that lead on and back in the list, and a cursor as text. What is no cursor
// is read as the list's beginning.
type cursors struct {
	on, back string
	text     func(models.Cursor) string
	parse    func(text string) models.Cursor
}

// The cursors of lists with the newest first, and with the oldest first, that go by
// numbers, which are given in the order of time.
var (
	newestFirst = cursors{"before", "after", numberText, parseNumber}
	oldestFirst = cursors{"after", "before", numberText, parseNumber}
)

// latestFirst are those of a list that goes by moments.
var latestFirst = cursors{"before", "after", momentText, parseMoment}

// recordCursors are those of a list of products or users.
func recordCursors(sorting models.Sorting) cursors {
	switch sorting {
	case models.ByID:
		return cursors{"below", "above", idText, parseMoment}
	case models.ByLabel:
		return cursors{"below", "above", labelText, parseLabel}
	}
	return cursors{"below", "above", momentText, parseMoment}
}

// of reads the cursor of an address.
func (c cursors) of(query url.Values) models.Cursor {
	if cursor := c.parse(query.Get(c.back)); !cursor.IsZero() {
		cursor.Back = true
		return cursor
	}
	return c.parse(query.Get(c.on))
}

// link is the address of the part of the list that begins at the cursor.
func (c cursors) link(list pages.Link, cursor models.Cursor) string {
	name := c.on
	if cursor.Back {
		name = c.back
	}
	return list.Without(c.on, c.back).With(name, c.text(cursor))
}

// pager links to the parts of a list beside the one that was read from a cursor on.
// Where a search gave up, nothing older is linked: further says where it goes on.
func pager[T models.Placed](
	link pages.Link, in cursors, from models.Cursor, list models.List[T],
) (p pages.Pager, further string) {
	first, last := from, from // of a part that is empty by now
	if len(list.Rows) > 0 {
		first, last = list.Rows[0].Cursor(), list.Rows[len(list.Rows)-1].Cursor()
	}
	if from.Back && list.More {
		first = list.Next
	}
	first.Back, last.Back = true, false
	if from.Back && list.More || !from.Back && !from.IsZero() {
		p.Newer = in.link(link, first)
	}
	switch {
	case !from.Back && list.Looked > 0:
		further = in.link(link, list.Next)
	case from.Back, list.More:
		p.Older = in.link(link, last)
	}
	return p, further
}

// linkTo is the address of a page, to make others of it.
func linkTo(u *url.URL) pages.Link {
	link := pages.Link{Path: u.Path}
	query := u.Query()
	for name, values := range query {
		for _, value := range values {
			link.Query = append(link.Query, pages.FormField{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(link.Query, func(a, b pages.FormField) int { return strings.Compare(a.Name, b.Name) })
	return link
}

func numberText(cursor models.Cursor) string { return cursor.ID }

func parseNumber(text string) models.Cursor {
	if number, err := strconv.ParseInt(text, 10, 64); err != nil || number <= 0 {
		return models.Cursor{}
	}
	return models.Cursor{ID: text}
}

// A cursor that goes by a moment is its microseconds, a hyphen and the id. Where the
// list goes by ids alone, there is a zero for the moment.

func momentText(cursor models.Cursor) string {
	return strconv.FormatInt(cursor.At.UnixMicro(), 10) + "-" + cursor.ID
}

func idText(cursor models.Cursor) string { return "0-" + cursor.ID }

func parseMoment(text string) models.Cursor {
	moment, id, found := strings.Cut(text, "-")
	micro, err := strconv.ParseInt(moment, 10, 64)
	if !found || err != nil {
		return models.Cursor{}
	}
	return models.Cursor{At: time.UnixMicro(micro).UTC(), ID: id}
}

// A cursor that goes by a label is the label's length in bytes, a hyphen, the label
// and the id: both may have any character.

func labelText(cursor models.Cursor) string {
	return strconv.Itoa(len(cursor.Label)) + "-" + cursor.Label + cursor.ID
}

func parseLabel(text string) models.Cursor {
	length, rest, found := strings.Cut(text, "-")
	n, err := strconv.Atoi(length)
	if !found || err != nil || n < 0 || n > len(rest) {
		return models.Cursor{}
	}
	return models.Cursor{Label: rest[:n], ID: rest[n:]}
}
