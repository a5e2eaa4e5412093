package handlers_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dojo/records"
	"dojo/web/webtest"
)

func TestUpload(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		dev := s.As(s.Dev)
		dev.Get(webtest.CatalogPath).Expect(http.StatusOK, "No products yet", "Upload a file")
		dev.Get(webtest.CatalogPath+"/upload").
			Expect(http.StatusOK, "What the file must look like", "Up to 256 MiB.")
		table := "product_id,title,sale_price,custom_attributes.origin\r\np-1,Aka miso,9.5,Aichi\r\np-2,'=Shiro,,\r\n"
		p := dev.Upload(webtest.CatalogPath, "miso.csv", table).GoesTo(webtest.CatalogPath).
			Says("status", "Uploaded 2 products")
		if rows := p.Rows(); !slices.Equal(rows, []string{"p-2", "p-1"}) {
			t.Errorf("the catalog lists %v", rows)
		}
		dev.Get(webtest.CatalogPath+"?record=p-2").Expect(http.StatusOK, `"=Shiro"`)

		lines := `{"product_id":"p-3","title":"Kombu"}` + "\n" + `{"product_id":"p,4"}` + "\n" +
			`{"product_id":"p-1","custom_attributes":{"origin":7}}` + "\n{\n"
		s.Unchanged(t, "a file with rejected lines", func() { // what is kept for the next step is no change
			dev.Upload(webtest.CatalogPath, "kombu.jsonl", lines).
				Expect(http.StatusUnprocessableEntity, "Nothing was uploaded", "3 lines would be left out",
					"1 good line, 3 rejected", "1 line: product_id: The attribute should not contain a comma.",
					"1 line: custom_attributes.origin: Its data type is not consistent with other records",
					"1 line: The line is not JSON", "Leave out 3 rejected lines", "Download the rejected lines")
		})
		p = dev.Upload(webtest.CatalogPath, "kombu.jsonl", lines, "skip=yes").GoesTo(webtest.CatalogPath).
			Says("status", "Uploaded 1 product", "3 rejected lines left out.")
		if rows := p.Rows(); !slices.Equal(rows, []string{"p-3", "p-2", "p-1"}) {
			t.Errorf("the catalog lists %v", rows)
		}
		dev.Upload(webtest.UsersPath, "users.csv", "user_id;age\nu-1;41\n").GoesTo(webtest.UsersPath)
		dev.Upload(webtest.InteractionsPath, "visits.jsonl", `{"type":"like","user_id":"u-1","product_ids":["p-1"]}`).
			GoesTo(webtest.InteractionsPath).Says("status", "Uploaded 1 interaction")
		dev.Get("/t/acme/development/activity").
			Expect(http.StatusOK, "uploaded a file with 2 products", "uploaded a file with 1 interaction")
	})
}

func TestUploadByScript(t *testing.T) {
	s := webtest.OnSQLite(t)
	dev := s.As(s.Dev)
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	part, err := parts.CreateFormFile("file", "a.jsonl")
	s.Ok(err)
	_, _ = part.Write([]byte(`{"product_id":"p-1"}`))
	s.Ok(parts.Close())
	p := dev.Send(http.MethodPost, webtest.CatalogPath+"/upload", body.String(), "Content-Type: "+
		parts.FormDataContentType(), "Dojo-Upload: script")
	if p.Status != http.StatusNoContent ||
		!strings.HasPrefix(p.Header.Get("Dojo-Location"), webtest.CatalogPath+"/uploads/") {
		t.Fatalf("%d, to %q", p.Status, p.Header.Get("Dojo-Location"))
	}
	dev.Get(p.Header.Get("Dojo-Location")).Expect(http.StatusOK, "a.jsonl", "1 good line.")
}

func TestUploadsThatAreRefused(t *testing.T) {
	s := webtest.OnSQLite(t)
	dev, vic, uma := s.As(s.Dev), s.As(s.Vic), s.As(s.Uma)
	good := `{"product_id":"p-1"}`
	s.Unchanged(t, "uploads that are refused", func() {
		vic.Upload(webtest.CatalogPath, "a.jsonl", good).
			Expect(http.StatusForbidden, "Your role in this team, viewer, does not allow this")
		vic.Get(webtest.CatalogPath + "/upload").Expect(http.StatusForbidden)
		dev.Upload("/t/acme/playground/catalog", "a.jsonl", good).
			Expect(http.StatusForbidden, "sample data that nobody changes")
		dev.Upload("/t/acme/production/catalog", "a.jsonl", good).Expect(http.StatusForbidden, "Production is locked")
		uma.Upload(webtest.CatalogPath, "a.jsonl", good).Expect(http.StatusNotFound)
		dev.Upload(webtest.CatalogPath, "a.jsonl", "").Expect(http.StatusUnprocessableEntity, "The file is empty.")
		dev.Upload(webtest.CatalogPath, "a.csv", "shade,height\na,b").
			Expect(http.StatusUnprocessableEntity, "No column is product_id, which is required.")
		dev.Upload(webtest.CatalogPath, "a.jsonl", "{}\n", "skip=yes").
			Expect(http.StatusUnprocessableEntity, "There is no good line in the file.")
		dev.ChooseFrom(webtest.CatalogPath, "a.jsonl", io.LimitReader(spaces{}, records.MaxFile+1<<20)).
			Expect(http.StatusRequestEntityTooLarge, "larger than 256 MiB")
		dev.Send(http.MethodPost, webtest.CatalogPath+"/upload", "file=x").
			Expect(http.StatusUnprocessableEntity, "not sent by the form for uploads")
		dev.Send(http.MethodPost, webtest.CatalogPath+"/upload", "--x--\r\n",
			"Content-Type: multipart/form-data; boundary=x").
			Expect(http.StatusUnprocessableEntity, "There was no file in the form")
		dev.Send(http.MethodPost, webtest.CatalogPath+"/upload",
			"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"+good,
			"Content-Type: multipart/form-data; boundary=x").
			Expect(http.StatusUnprocessableEntity, "did not arrive to its end")
		dev.Send(http.MethodPost, webtest.CatalogPath+"/upload", "", "Sec-Fetch-Site: cross-site",
			"Content-Type: multipart/form-data; boundary=x").Expect(http.StatusForbidden, "from another site")
	})

	dev.Upload(webtest.CatalogPath, "a.jsonl", good+"\n"+strings.Repeat("{}\n", 150)).
		Expect(http.StatusUnprocessableEntity, "150 lines: product_id: The attribute is required.")
}

// spaces is a file without an end.
type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func sameJSON(t *testing.T, a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		t.Fatal(a, b)
	}
	return reflect.DeepEqual(x, y)
}
