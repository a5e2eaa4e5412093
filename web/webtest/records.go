package webtest

import (
	"bytes"
	"context"
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

// Upload sends a file as the form does; fields come before it.
func (b *Browser) Upload(list, name, content string, fields ...string) *Page {
	b.Site.T.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for _, field := range fields {
		key, value, _ := strings.Cut(field, "=")
		b.Site.Ok(parts.WriteField(key, value))
	}
	part, err := parts.CreateFormFile("file", name)
	b.Site.Ok(err)
	_, err = part.Write([]byte(content))
	b.Site.Ok(err)
	b.Site.Ok(parts.Close())
	return b.Send(http.MethodPost, list+"/upload", body.String(), "Content-Type: "+parts.FormDataContentType())
}
