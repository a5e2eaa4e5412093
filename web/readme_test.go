package web_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web"
	"dojo/web/webtest"
)

// The README's block for nginx, run as it stands: pages at a public address with a port,
// uploads, checks, and no key in what nginx writes.
func TestNginxFromTheREADME(t *testing.T) {
	public := freeAddress(t)
	_, port, _ := net.SplitHostPort(public)
	s := webtest.New(t, storetest.OpenSQLite(t), func(o *web.Options) {
		o.Config.PublicURL, o.Config.TrustedProxies = "https://dojo.example.com:"+port, "127.0.0.0/8"
	})
	secret := s.KeyText(models.Development, models.Secret)
	certificate, key := selfSigned(t)
	_, block, _ := strings.Cut(documented(t, "README.md"), "```nginx\n")
	block, _, _ = strings.Cut(block, "```")
	before := func(dojo string) *gateway {
		return nginx(t, "pid /run/nginx.pid;\nevents {}\nhttp {\n"+block+"}\n", public, "127.0.0.1:8080", dojo,
			"listen 443 ssl;", "listen "+public+" ssl;", "/etc/ssl/dojo.pem", certificate, "/etc/ssl/dojo.key", key)
	}
	g := before(strings.TrimPrefix(s.Url, "http://"))
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, public)
		},
	}}
	ask := func(method, path, body string, headers ...string) (status int, text string) {
		t.Helper()
		request, err := http.NewRequest(method, "https://dojo.example.com:"+port+path, strings.NewReader(body))
		s.Ok(err)
		for _, header := range headers {
			name, value, _ := strings.Cut(header, ": ")
			request.Header.Set(name, value)
		}
		answer, err := client.Do(request)
		s.Ok(err)
		defer answer.Body.Close()
		read, err := io.ReadAll(answer.Body)
		s.Ok(err)
		return answer.StatusCode, string(read)
	}
	for _, c := range []struct {
		method, path, body string
		headers            []string
		status             int
		says               string
	}{
		{"GET", "/login", "", nil, 200, "Sign in"},
		{"GET", "/verify?api_key=" + secret, "", nil, 200, ""},
		{"GET", "/verify", "", []string{"X-API-KEY: " + secret}, 200, ""},
		// What is for gateways to say, a client says in vain.
		{"GET", "/verify", "", []string{"X-Forwarded-Method: GET", "X-Forwarded-Uri: /v1/x?api_key=" + secret}, 401,
			"invalid api key."},
		{"GET", "/verify?for=request&api_key=" + secret, "",
			[]string{"X-Original-Method: GET", "X-Original-URI: /v1/x"}, 400, "incomplete_request"},
		{"POST", "/v1/products?api_key=" + secret, `{"data":[{"product_id":"a b/c"}]}`, nil, 200, "task_id"},
		{"GET", "/v1/products/a%20b%2Fc?api_key=" + secret, "", nil, 200, `"product_id":"a b/c"`},
		{"POST", "/v1/products?dry_run=1&api_key=" + secret, `{"data":[{"product_id":"` + strings.Repeat("x", 2<<20) +
			`"}]}`, nil, 422, "data.0.product_id"},
		{"GET", "/V1/products/1?api_key=" + secret, "", nil, 400, "not_canonical"},
		{"GET", "/v1//products?api_key=" + secret, "", nil, 400, "not_canonical"},
		{"GET", "/nothing?api_key=" + secret, "", nil, 404, ""},
	} {
		status, text := ask(c.method, c.path, c.body, c.headers...)
		if status != c.status || !strings.Contains(text, c.says) {
			t.Errorf("%s %.40s: got %d %.200s", c.method, c.path, status, text)
		}
	}
	if !strings.Contains(s.Log.String(), `"address":"127.0.0.1"`) {
		t.Error("the client's address is not in Dojo's log")
	}
	client.CloseIdleConnections()
	g.stop()
	away := before(freeAddress(t))
	for _, path := range []string{"/v1/products", "/verify", "/V1/x"} {
		if status, _ := ask("GET", path+"?api_key="+secret, ""); status != http.StatusBadGateway {
			t.Errorf("%s without Dojo: got %d", path, status)
		}
	}
	client.CloseIdleConnections()
	away.stop()
	for _, text := range []string{g.written(), away.written(), s.Log.String()} {
		if strings.Contains(text, secret) {
			t.Error("a key is in a log")
		}
	}
}

// selfSigned makes a certificate for tests, and returns the files of it and of its key.
func selfSigned(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"dojo.example.com"},
		NotAfter: time.Now().Add(time.Hour)}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	bare, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, kind string, bytes []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}), 0o600); err != nil {
			t.Fatal(fmt.Errorf("cannot write the %s: %w", kind, err))
		}
		return file
	}
	return write("dojo.pem", "CERTIFICATE", signed), write("dojo.key", "PRIVATE KEY", bare)
}
