package webtest

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"dojo/models"
)

// Upload keeps records in Acme's Development.
func (s *Site) Upload(batch models.Batch) {
	s.T.Helper()
	team := s.Team(s.Ade, s.Acme)
	environment, err := team.Environment(models.Development)
	s.Ok(err)
	keys, err := team.Keys(context.Background(), models.Development)
	s.Ok(err)
	s.Ok(s.Server.Store.AddRecords(context.Background(),
		models.Grant{KeyID: keys[0].ID, Environment: models.Development, DataSetID: environment.DataSetID}, batch))
}

// Deletion is the id of the deletion of a record of Acme's Development, which can be undone.
func (s *Site) Deletion(of models.Collection) string {
	s.T.Helper()
	ctx, team, id := context.Background(), s.Team(s.Olivia, s.Acme), "deleted-"+models.NewID()
	batch := models.Batch{Collection: of, Records: []models.Record{{ID: id, Body: []byte("{}")}}}
	if of == models.Interactions {
		batch.Records, batch.Interactions = nil, []models.Interaction{{Type: "search", Body: []byte("{}")}}
	}
	_, err := team.UploadRecords(ctx, models.Development, of, 1, func(yield func(models.Batch, error) bool) {
		yield(batch, nil)
	})
	s.Ok(err)
	if of == models.Interactions {
		newest, err := team.Interactions(ctx, models.Development, models.InteractionsQuery{Limit: 1})
		s.Ok(err)
		id = newest.Rows[0].Cursor().ID
	}
	deletion, err := team.DeleteRecord(ctx, models.Development, of, id)
	s.Ok(err)
	return deletion
}

// Upload chooses a file and uploads it as its columns are understood, with the fields of the form. It is the answer
// to choosing it where that is refused.
func (b *Browser) Upload(list, name, content string, fields ...string) *Page {
	b.Site.T.Helper()
	p := b.Choose(list, name, content)
	if p.Status != http.StatusSeeOther {
		return p
	}
	return b.Send(http.MethodPost, p.Header.Get("Location"), strings.Join(append([]string{"do=upload"}, fields...), "&"))
}

// Choose sends a file as the form does.
func (b *Browser) Choose(list, name, content string) *Page {
	b.Site.T.Helper()
	return b.ChooseFrom(list, name, strings.NewReader(content))
}

// ChooseFrom is Choose of a file that is not in memory.
func (b *Browser) ChooseFrom(list, name string, content io.Reader) *Page {
	b.Site.T.Helper()
	body, writer := io.Pipe()
	parts := multipart.NewWriter(writer)
	go func() {
		part, err := parts.CreateFormFile("file", name)
		if err == nil {
			_, err = io.Copy(part, content)
		}
		writer.CloseWithError(errors.Join(err, parts.Close()))
	}()
	defer body.Close()
	return b.send(http.MethodPost, list+"/upload", body, "Content-Type: "+parts.FormDataContentType())
}
