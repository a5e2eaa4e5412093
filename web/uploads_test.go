package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dojo/records"
)

const catalogPath, usersPath, interactionsPath = "/t/acme/development/catalog", "/t/acme/development/users", "/t/acme/development/interactions"

// upload sends a file as the form does; fields come before it.
func (b *browser) upload(list, name, content string, fields ...string) *page {
	b.site.t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for _, field := range fields {
		key, value, _ := strings.Cut(field, "=")
		b.site.ok(parts.WriteField(key, value))
	}
	part, err := parts.CreateFormFile("file", name)
	b.site.ok(err)
	_, err = part.Write([]byte(content))
	b.site.ok(err)
	b.site.ok(parts.Close())
	return b.send(http.MethodPost, list+"/upload", body.String(), "Content-Type: "+parts.FormDataContentType())
}

func TestUpload(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		dev := s.as(s.Dev)
		dev.get(catalogPath).expect(http.StatusOK, "No products yet", "Upload a file")
		dev.get(catalogPath+"/upload").expect(http.StatusOK, "What the file must look like", "Up to 64 MiB and 200,000 records.")
		table := "product_id,title,sale_price,custom_attributes.origin\r\np-1,Aka miso,9.5,Aichi\r\np-2,'=Shiro,,\r\n"
		p := dev.upload(catalogPath, "miso.csv", table).goesTo(catalogPath).says("status", "Uploaded 2 products")
		if rows := p.rows(); !slices.Equal(rows, []string{"p-2", "p-1"}) {
			t.Errorf("the catalog lists %v", rows)
		}
		dev.get(catalogPath+"?record=p-2").expect(http.StatusOK, `"=Shiro"`)

		lines := `{"product_id":"p-3","title":"Kombu"}` + "\n" + `{"product_id":"p,4"}` + "\n" + `{"product_id":"p-1","custom_attributes":{"origin":7}}` + "\n{\n"
		s.unchanged(t, "a file with rejected lines", func() {
			dev.upload(catalogPath, "kombu.jsonl", lines).expect(http.StatusUnprocessableEntity, "3 lines were rejected, so nothing was uploaded", "kombu.jsonl: 1 good row, 3 rejected",
				"2 product_id: The attribute should not contain a comma.", "3 custom_attributes.origin: Its data type is not consistent with other records", "4 The line is not JSON",
				"Upload the 1 good row without them", "Leave out rejected lines")
		})
		p = dev.upload(catalogPath, "kombu.jsonl", lines, "skip=yes").goesTo(catalogPath).says("status", "Uploaded 1 product", "3 rejected lines left out.")
		if rows := p.rows(); !slices.Equal(rows, []string{"p-3", "p-2", "p-1"}) {
			t.Errorf("the catalog lists %v", rows)
		}
		dev.upload(usersPath, "users.csv", "user_id;age\nu-1;41\n").goesTo(usersPath)
		dev.upload(interactionsPath, "visits.jsonl", `{"type":"like","user_id":"u-1","product_ids":["p-1"]}`).goesTo(interactionsPath).says("status", "Uploaded 1 interaction")
		dev.get("/t/acme/development/activity").expect(http.StatusOK, "uploaded a file with 2 products", "uploaded a file with 1 interaction")
	})
}

func TestUploadByScript(t *testing.T) {
	s := onSQLite(t)
	dev := s.as(s.Dev)
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	part, err := parts.CreateFormFile("file", "a.jsonl")
	s.ok(err)
	_, _ = part.Write([]byte(`{"product_id":"p-1"}`))
	s.ok(parts.Close())
	p := dev.send(http.MethodPost, catalogPath+"/upload", body.String(), "Content-Type: "+parts.FormDataContentType(), "Dojo-Upload: script")
	if p.status != http.StatusNoContent || p.header.Get("Dojo-Location") != catalogPath {
		t.Fatalf("%d, to %q", p.status, p.header.Get("Dojo-Location"))
	}
	dev.get(catalogPath).says("status", "Uploaded 1 product")
}

func TestUploadsThatAreRefused(t *testing.T) {
	s := onSQLite(t)
	dev, vic, uma := s.as(s.Dev), s.as(s.Vic), s.as(s.Uma)
	good := `{"product_id":"p-1"}`
	s.unchanged(t, "uploads that are refused", func() {
		vic.upload(catalogPath, "a.jsonl", good).expect(http.StatusForbidden, "Your role in this team, viewer, does not allow this")
		vic.get(catalogPath + "/upload").expect(http.StatusForbidden)
		dev.upload("/t/acme/playground/catalog", "a.jsonl", good).expect(http.StatusForbidden, "sample data that nobody changes")
		dev.upload("/t/acme/production/catalog", "a.jsonl", good).expect(http.StatusForbidden, "Production is locked")
		uma.upload(catalogPath, "a.jsonl", good).expect(http.StatusNotFound)
		dev.upload(catalogPath, "a.jsonl", "").expect(http.StatusUnprocessableEntity, "The file is empty.")
		dev.upload(catalogPath, "a.csv", "product_id,colour\na,b").expect(http.StatusUnprocessableEntity, "“colour”", "custom_attributes.NAME")
		dev.upload(catalogPath, "a.jsonl", "{}\n", "skip=yes").expect(http.StatusUnprocessableEntity, "1 line was rejected")
		dev.upload(catalogPath, "a.jsonl", good+strings.Repeat(" ", tooLong)).expect(http.StatusRequestEntityTooLarge, "larger than 64 MiB")
		dev.send(http.MethodPost, catalogPath+"/upload", "file=x").expect(http.StatusUnprocessableEntity, "not sent by the form for uploads")
		dev.send(http.MethodPost, catalogPath+"/upload", "--x--\r\n", "Content-Type: multipart/form-data; boundary=x").expect(http.StatusUnprocessableEntity, "There was no file in the form")
		dev.send(http.MethodPost, catalogPath+"/upload", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"+good, "Content-Type: multipart/form-data; boundary=x").
			expect(http.StatusUnprocessableEntity, "did not arrive to its end")
		dev.send(http.MethodPost, catalogPath+"/upload", "", "Sec-Fetch-Site: cross-site", "Content-Type: multipart/form-data; boundary=x").expect(http.StatusForbidden, "from another site")
	})

	dev.upload(catalogPath, "a.jsonl", strings.Repeat("{}\n", 150)).expect(http.StatusUnprocessableEntity, "150 lines were rejected", "And 50 more.")
}

// tooLong is more than a file may hold.
const tooLong = records.MaxFile + 1<<20

func TestDownload(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		dev := s.as(s.Dev)
		var lines []string
		for i := range 1203 {
			lines = append(lines, fmt.Sprintf(`{"product_id":"p-%04d","title":"=Miso %d","tags":["a|b","-c"],"custom_attributes":{"n":%d}}`, i, i%2, i))
		}
		dev.upload(catalogPath, "a.jsonl", strings.Join(lines, "\n")).goesTo(catalogPath)
		file := dev.get(catalogPath + "/download?format=jsonl&sort=id")
		if got := strings.Split(strings.TrimSpace(file.body), "\n"); !slices.Equal(got, lines) {
			t.Errorf("%d lines, the first %s", len(got), got[0])
		}
		if name := file.header.Get("Content-Disposition"); !strings.HasPrefix(name, `attachment; filename="acme-development-products-2026-`) || !strings.HasSuffix(name, `.jsonl"`) {
			t.Errorf("the file is called %s", name)
		}
		if some := dev.get(catalogPath + "/download?format=jsonl&sort=oldest&q=miso+1"); strings.Count(some.body, "\n") != 601 {
			t.Errorf("the search has %d lines", strings.Count(some.body, "\n"))
		}
		table := dev.get(catalogPath + "/download?format=csv&sort=id").body
		if !strings.HasPrefix(table, "\uFEFFproduct_id,title,") || !strings.Contains(table, ",'=Miso 1,") {
			t.Errorf("the table begins %.200s", table)
		}
		dev.post(catalogPath+"/delete-all", url.Values{"confirm": {"development"}}).goesTo(catalogPath).says("status", "Deleted 1,203 products")
		dev.upload(catalogPath, "a.csv", table).goesTo(catalogPath)
		again := strings.Split(strings.TrimSpace(dev.get(catalogPath+"/download?format=jsonl&sort=id").body), "\n")
		for i, line := range again {
			if !sameJSON(t, line, lines[i]) {
				t.Fatalf("%s came back as %s", lines[i], line)
			}
		}
		dev.get(catalogPath + "/download?format=xlsx").expect(http.StatusNotFound)
		if head := dev.send(http.MethodHead, catalogPath+"/download?format=csv", ""); head.status != 200 || head.body != "" {
			t.Errorf("HEAD is %d %q", head.status, head.body)
		}
		template := dev.get(catalogPath + "/upload/template?format=csv").body
		dev.upload(catalogPath, "template.csv", template).goesTo(catalogPath).says("status", "Uploaded 2 products")
		s.visitor().get("/t/explore/playground/interactions/download?format=jsonl").expect(http.StatusOK)
	})
}

// A record that is updated while a file is on its way stands elsewhere in a list by
// update, and is in the file nevertheless.
func TestDownloadWhileRecordsChange(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		dev, narrow := s.as(s.Dev), s.narrow()
		const products = 700 // more than are read in one go
		long := strings.Repeat("x", 1<<10)
		var lines []string
		for i := range products {
			lines = append(lines, fmt.Sprintf(`{"product_id":"p-%03d","custom_attributes":{"long":%q}}`, i, long))
		}
		for _, sort := range []string{"", "oldest", "title"} {
			dev.upload(catalogPath, "a.jsonl", strings.Join(lines, "\n")).goesTo(catalogPath)
			answer := dev.through(narrow, catalogPath+"/download?format=jsonl&sort="+sort)
			_, err := answer.Body.Read(make([]byte, 1))
			s.ok(err)
			s.Database.Clock.Add(time.Second)
			dev.upload(catalogPath, "b.jsonl", `{"product_id":"p-000","title":"Z"}`+"\n"+`{"product_id":"p-699","title":""}`).goesTo(catalogPath)
			rest, err := io.ReadAll(answer.Body)
			s.ok(err)
			found := map[string]int{}
			for _, id := range regexp.MustCompile(`"product_id":"p-\d+"`).FindAllString(string(rest), -1) {
				found[id]++
			}
			for i := range products {
				if n := found[fmt.Sprintf(`"product_id":"p-%03d"`, i)]; n != 1 {
					t.Errorf("sorted by %q, p-%03d is in the file %d times", sort, i, n)
				}
			}
		}
	})
}

// bufferSize is what a narrow server and its clients hold of what is on its way.
const bufferSize = 32 << 10

// narrow serves the site once more, with buffers that are full after a few
// records: an answer that nobody reads stops there.
func (s *site) narrow() *httptest.Server {
	s.t.Helper()
	server := httptest.NewUnstartedServer(s.server.Handler())
	server.Listener = narrowListener{server.Listener}
	server.Start()
	s.t.Cleanup(server.Close)
	return server
}

type narrowListener struct{ net.Listener }

func (l narrowListener) Accept() (net.Conn, error) {
	connection, err := l.Listener.Accept()
	if tcp, ok := connection.(*net.TCPConn); ok {
		err = errors.Join(err, tcp.SetWriteBuffer(bufferSize))
	}
	return connection, err
}

// through asks for a page of the site at a server with narrow buffers, and leaves
// its body to be read.
func (b *browser) through(server *httptest.Server, path string) *http.Response {
	t := b.site.t
	t.Helper()
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		connection, err := new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
		if err == nil {
			err = connection.(*net.TCPConn).SetReadBuffer(bufferSize)
		}
		return connection, err
	}
	transport := &http.Transport{DialContext: dial, ReadBufferSize: bufferSize}
	t.Cleanup(transport.CloseIdleConnections)
	answer, err := (&http.Client{Jar: b.client.Jar, Transport: transport}).Get(b.site.url + path)
	b.site.ok(err)
	t.Cleanup(func() { answer.Body.Close() })
	return answer
}

func sameJSON(t *testing.T, a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		t.Fatal(a, b)
	}
	return reflect.DeepEqual(x, y)
}

func TestDeleteRecords(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		dev := s.as(s.Dev)
		dev.upload(catalogPath, "a.csv", "product_id\np-1\np 2/ü\np-3\n").goesTo(catalogPath)
		dev.upload(interactionsPath, "a.csv", "type,user_id,anonymous_id\nlike,u-1,\nlike,,u-1\nlike,u-2,\n").goesTo(interactionsPath)
		page := dev.get(catalogPath + "?q=p&sort=id&record=p+2%2F%C3%BC&delete=1").expect(http.StatusOK)
		if page.dialog() == nil {
			t.Fatal("the dialog is not open")
		}
		dev.post(catalogPath+"/delete", url.Values{"record": {"p 2/ü"}, "back": {catalogPath + "?q=p&sort=id"}}).
			goesTo(catalogPath+"?q=p&sort=id").says("status", "p 2/ü is deleted")
		dev.post(catalogPath+"/delete", url.Values{"record": {"p-3"}, "back": {"//evil.example"}}).goesTo(catalogPath)
		dev.post(catalogPath+"/delete", url.Values{"record": {"p-3"}}).expect(http.StatusNotFound)

		if address := dev.get(catalogPath + "?q=p-3&delete-all=1").link("Download a copy"); address != catalogPath+"/download?format=jsonl" {
			t.Errorf("the copy of all that is deleted is at %s", address)
		}
		wrong := dev.post(catalogPath+"/delete-all", url.Values{"confirm": {"production"}}).expect(http.StatusUnprocessableEntity, "Type development to confirm")
		if wrong.dialog() == nil || wrong.rows()[0] != "p-1" {
			t.Error("the dialog is not open over the list")
		}
		list := dev.get(interactionsPath+"?user=u-1").expect(http.StatusOK, "Delete this user’s interactions")
		if len(list.rows()) != 2 {
			t.Errorf("u-1 has %v", list.rows())
		}
		dev.post(interactionsPath+"/delete-user", url.Values{"user": {"u-1"}}).goesTo(interactionsPath).says("status", "Deleted 2 interactions")
		dev.post(interactionsPath+"/delete-all", url.Values{"confirm": {"development"}}).goesTo(interactionsPath).says("status", "Deleted 1 interaction")
		dev.get("/t/acme/development/activity").expect(http.StatusOK, "deleted the product p 2/ü", "deleted 2 interactions of one user", "deleted 1 interaction")
		vic := s.as(s.Vic).get(catalogPath + "?record=p-1").expect(http.StatusOK)
		for _, word := range []string{"Delete", "Upload products"} {
			if strings.Contains(words(vic.root), word) {
				t.Errorf("a viewer is offered %s", word)
			}
		}
	})
}
