package api_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/http/httputil"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

// seen is a request as it came to the upstream, every byte of it.
type seen struct {
	*http.Request
	dump string
}

// upstreamAPI is the API behind Dojo: it keeps what it gets, and answers by its
// handler.
type upstreamAPI struct {
	*httptest.Server
	mu   sync.Mutex
	seen []seen
}

func newUpstreamAPI(t testing.TB, answer http.HandlerFunc) *upstreamAPI {
	u := &upstreamAPI{}
	u.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		dump, err := httputil.DumpRequest(r, r.ContentLength >= 0)
		if err != nil {
			t.Error(err)
		}
		u.mu.Lock()
		u.seen = append(u.seen, seen{r, string(dump)})
		u.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(u.Close)
	return u
}

// last is the last request, and how many there were.
func (u *upstreamAPI) last() (seen, int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.seen) == 0 {
		return seen{&http.Request{}, ""}, 0
	}
	return u.seen[len(u.seen)-1], len(u.seen)
}

func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, text)
	}
}

// raw sends a request as it is written here, with the lines' ends, and returns the
// answer with its body.
func raw(t testing.TB, server *httptest.Server, request string) (*http.Response, string) {
	t.Helper()
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(time.Minute))
	io.WriteString(connection, strings.ReplaceAll(request, "\n", "\r\n"))
	method, _, _ := strings.Cut(request, " ")
	answer, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

func TestProxyHandsOnWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	upstream := newUpstreamAPI(t, func(w http.ResponseWriter, r *http.Request) {
		for _, header := range []string{
			"X-Dojo-Team: forged", "X-Request-Id: theirs", "Cache-Control: public", "Set-Cookie: session=theirs",
			"Access-Control-Allow-Origin: *",
			"Strict-Transport-Security: max-age=1", "Content-Type: text/html", "X-Theirs: kept",
		} {
			name, value, _ := strings.Cut(header, ": ")
			w.Header().Set(name, value)
		}
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "<p>theirs</p>")
	})
	dojo := w.Before(upstream.URL + "/base/")
	secret, id := w.Secret(), w.Key(models.Development, models.Secret).ID
	answer, body := raw(t, dojo, "PUT /v1/search/a%2Fb%20c?z=1&api_key="+secret+
		"&a=%20+;&z HTTP/1.1\nHost: dojo.example\nX-API-KEY: "+secret+
		"\nAuthorization: bearer "+secret+
		"\nAuthorization: Basic b2xpdmlh\nCookie: session=mine\nX-Dojo-Team: forged\nx_dojo_team: forged"+
		"\nX-Forwarded-For: 203.0.113.9\nX-Forwarded-Host: forged\nX-Forwarded-Port: 99\nForwarded: "+
		"for=forged\nTrue-Client-IP: forged\nX_Client_IP: forged\nCF-Connecting-IP: forged\nX-Request-Id: forged"+
		"\nX-HTTP-Method-Override: PUT\nReferer: https://shop.example/?key="+secret+
		"\nUser-Agent: shop\nAccept-Encoding: br"+
		"\nConnection: close, X-Dojo-Team, X-Dojo-Key-Id\nContent-Length: 4\n\nbody")
	if answer.StatusCode != http.StatusTeapot || body != "<p>theirs</p>" {
		t.Fatalf("got %s %s", answer.Status, body)
	}
	got, _ := upstream.last()
	if got.Method != "PUT" || got.RequestURI != "/base/v1/search/a%2Fb%20c?z=1&a=%20+;&z" ||
		!strings.HasSuffix(got.dump, "\r\n\r\nbody") {
		t.Errorf("the upstream got %s", got.dump)
	}
	if got.Host != strings.TrimPrefix(upstream.URL, "http://") {
		t.Errorf("the upstream is called %s", got.Host)
	}
	want := http.Header{
		"X-Dojo-Team": {"acme"}, "X-Dojo-Environment": {"development"}, "X-Dojo-Key-Kind": {"secret"},
		"X-Dojo-Key-Id": {id},
		"Authorization": {"Basic b2xpdmlh"}, "X-Forwarded-For": {"127.0.0.1"}, "X-Forwarded-Host": {"dojo.example"},
		"X-Forwarded-Proto": {"http"},
		"X-Request-Id":      {answer.Header.Get("X-Request-Id")}, "User-Agent": {"shop"}, "Accept-Encoding": {"br"},
		"Content-Length": {"4"},
	}
	expectHeaders(t, "request", got.Header, want)
	answer.Header.Del("Date")
	expectHeaders(t, "answer", answer.Header, http.Header{
		"Cache-Control": {"no-store"}, "Referrer-Policy": {"no-referrer"}, "X-Content-Type-Options": {"nosniff"},
		"Content-Security-Policy": {"default-src 'none'; frame-ancestors 'none'; sandbox"},
		"X-Request-Id":            {answer.Header.Get("X-Request-Id")},
		"Content-Type":            {"text/html"}, "X-Theirs": {"kept"}, "Content-Length": {"13"},
	})
	dojo.Close() // waits for the log's line
	log := w.Log.String()
	if !strings.Contains(log, "route=/v1/*") || !strings.Contains(log, "status=418") ||
		!strings.Contains(log, "request_id="+answer.Header.Get("X-Request-Id")) ||
		strings.Contains(log, "search") || strings.Contains(log, secret) {
		t.Errorf("the log says %s", log)
	}
}

func expectHeaders(t *testing.T, what string, got, want http.Header) {
	t.Helper()
	for name, values := range got {
		if !slices.Equal(values, want[name]) {
			t.Errorf("the %s has %s %q, want %q", what, name, values, want[name])
		}
	}
	for name := range want {
		if len(got[name]) == 0 {
			t.Errorf("the %s has no %s", what, name)
		}
	}
}

func TestProxyStandsBehindTheGate(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	// without an upstream
	webtest.Expect(t, w.Request("GET", "/v1/search", "", "X-API-KEY: "+w.Secret()), 404, notFound)
	upstream := newUpstreamAPI(t, says(`{"message":"theirs"}`))
	w.Before(upstream.URL)
	const theirs = `{"message":"theirs"}`
	secret, public, sample := w.Secret(), w.Publishable(), w.KeyText(models.Playground, models.Secret)
	for _, c := range []struct {
		key, method, path string
		status            int
		body              string
	}{
		{"", "GET", "/v1/search", 401, invalidKey},
		{models.NewKey(), "GET", "/v1/search", 401, invalidKey},
		{public, "POST", "/v1/search", 403, secretNeeded},
		{secret, "POST", "/v1/search", 200, theirs},
		{secret, "DELETE", "/v1/anything/else", 200, theirs},
		{secret, "OPTIONS", "/v1/search", 200, theirs},
		{secret, "BREW", "/v1/search", 200, theirs},
		{secret, "GET", "/v1/", 200, theirs},
		{secret, "GET", "/v1/search/", 200, theirs},
		{secret, "GET", "/v1/productsx/1", 200, theirs},
		{secret, "GET", "/v1/x/https:%2F%2Fshop.example%2F1", 200, theirs},
		{secret, "GET", "/v1/x/a..b", 200, theirs},
		{sample, "POST", "/v1/search/search", 200, theirs},
		{sample, "GET", "/v1/search", 200, theirs},
		{sample, "PUT", "/v1/search", 400, readOnly},
		{sample, "POST", "/v1/x/a%2Fb", 400, readOnly},

		// Ours are ours whole, however they are written.
		{secret, "PUT", "/v1/products", 405, `{"message":"method not allowed","errors":true}`},
		{secret, "POST", "/v1/products/_new", 405, `{"message":"method not allowed","errors":true}`},
		{secret, "GET", "/v1/products/a/b", 404, notFound},
		{secret, "GET", "/v1/Products", 400, wrongCase},
		{secret, "GET", "/v1/%70roducts/1", 400, encodedName},
		{secret, "GET", "/v1/products;v=1/1", 400, semicolon},
		{secret, "GET", "/v1/products%2F1", 400, encodedName},
		{secret, "GET", "/v1/%2Fproducts", 400, encodedName},
		{secret, "GET", "/v1/users/", 400, slashAtEnd},
		{secret, "GET", "/v1/interactions/x", 404, notFound},

		// Nothing leads out of /v1, or to ours by a detour, or asks to hear what Dojo says.
		{secret, "GET", "/v1/../admin", 400, dotSegment},
		{secret, "GET", "/v1/x/../products", 400, dotSegment},
		{secret, "GET", "/v1/%2e%2e/admin", 400, dotSegment},
		{secret, "GET", "/v1/x/%2E./../admin", 400, oddEnd},
		{secret, "GET", "/v1/..%2fadmin", 400, dotSegment},
		{secret, "GET", "/v1/..%5cadmin", 400, backslash},
		{secret, "GET", "/v1/..;/admin", 400, semicolon},
		{secret, "GET", "/v1/x/./y", 400, dotSegment},
		{secret, "GET", "/v1//products", 400, twoSlashes},
		{secret, "GET", "/v1/x//y", 400, twoSlashes},
		{secret, "GET", "/v1/x/...", 400, dotSegment},
		{secret, "GET", "//v1/x", 400, twoSlashes},
		{secret, "GET", "/V1/x", 400, wrongCase},
		{secret, "get", "/v1/x", 400, smallMethod},
		{sample, "POST", "/v1/;x/products", 400, semicolon},
		{sample, "POST", "/v1/products%20", 400, oddEnd},
		{sample, "POST", "/v1/products.", 400, oddEnd},
		{sample, "POST", "/v1/search?_method=DELETE", 400, unclear("it names another method in the parameter _method")},
		{secret, "GET", "/v1/x/\"y%2Fz", 200, theirs},
		{secret, "GET", "/v1/%00", 400, controlChar},
		{secret, "GET", "/v1/x%0d%0aX-Dojo-Team:%20forged", 400, controlChar},
		{secret, "GET", "/v1/x/" + secret, 404, notFound},
		{secret, "TRACE", "/v1/search", 404, notFound},
		{secret, "CONNECT", "/v1/search", 404, notFound},
		{secret, "GET", "/v1/x/" + percentEncode(secret), 404, notFound},
	} {
		_, before := upstream.last()
		got := httptest.NewRecorder()
		r := httptest.NewRequest(c.method, c.path, nil)
		r.Header.Set("X-API-KEY", c.key)
		w.Echo.ServeHTTP(got, r)
		if got.Code != c.status || got.Body.String() != c.body {
			t.Errorf("%s %s: got %d %s", c.method, c.path, got.Code, got.Body)
		}
		if _, after := upstream.last(); (after > before) != (c.body == theirs) {
			t.Errorf("%s %s: the upstream got %d requests", c.method, c.path, after-before)
		}
	}
}

func TestProxyTellsOfATrustedProxysClient(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	upstream := newUpstreamAPI(t, says(`{}`))
	w.Before(strings.Replace(upstream.URL, "http://", "http://dojo:p%40ss@", 1))
	w.Request("GET", "/v1/search", "", "From: "+webtest.Proxy, "X-API-KEY: "+w.Secret(), "X-Forwarded-For: 203.0.113.9",
		"X-Forwarded-Proto: https",
		"X-Forwarded-Host: api.example", "X-Original-URI: /v1/search?api_key="+w.Secret(),
		"Authorization: Basic forged")
	got, _ := upstream.last()
	for name, want := range map[string]string{
		"X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "api.example",
		"X-Original-Uri": "",
	} {
		if got.Header.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, got.Header.Get(name), want)
		}
	}
	if user, password, _ := got.BasicAuth(); user != "dojo" || password != "p@ss" {
		t.Errorf("it is asked as %s with %s", user, password)
	}
}

// Both sides hear each other while the request and its answer are under way, and
// longer than the server's limits are.
func TestProxyStreams(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	upstream := newUpstreamAPI(t, func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		control.EnableFullDuplex()
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Trailer", "X-Count, Set-Cookie")
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.Header().Set("X-Dojo-Team", "forged")
		w.Header()["X_Dojo_Team"] = []string{"forged"}
		w.WriteHeader(http.StatusEarlyHints)
		control.Flush()
		lines := 0
		for scanner := bufio.NewScanner(r.Body); scanner.Scan(); lines++ {
			fmt.Fprintf(w, "data: %s\n\n", scanner.Text())
			control.Flush()
		}
		w.Header().Set("X-Count", fmt.Sprint(lines))
		for _, name := range []string{"Set-Cookie", "X-Dojo-Team", "X_Dojo_Team", "Access-Control-Allow-Origin"} {
			w.Header()[http.TrailerPrefix+name] = []string{"forged"}
		}
	})
	dojo := w.Before(upstream.URL, func(server *http.Server) {
		server.ReadHeaderTimeout = time.Minute
		server.ReadTimeout, server.WriteTimeout = 500*time.Millisecond, 500*time.Millisecond
	})
	body, sender := io.Pipe()
	var hints textproto.MIMEHeader
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		Got1xxResponse: func(_ int, header textproto.MIMEHeader) error { hints = header; return nil },
	})
	request, err := http.NewRequestWithContext(ctx, "POST", dojo.URL+"/v1/ask?api_key="+w.Secret(), body)
	if err != nil {
		t.Fatal(err)
	}
	go io.WriteString(sender, "0\n")
	answer, err := dojo.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if hints.Get("Link") == "" || hints.Get("X-Dojo-Team") != "" || answer.Header.Get("X-Dojo-Team") != "" ||
		answer.Header.Get("X_Dojo_Team") != "" || answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("early hints %v, answer %v", hints, answer.Header)
	}
	lines := bufio.NewScanner(answer.Body)
	for i := range 4 { // each is sent when the answer to the one before is here
		if !lines.Scan() || lines.Text() != fmt.Sprintf("data: %d", i) || !lines.Scan() {
			t.Fatalf("line %d is %q, %v", i, lines.Text(), lines.Err())
		}
		time.Sleep(200 * time.Millisecond) // longer than the server's limits, all in all
		fmt.Fprintf(sender, "%d\n", i+1)
	}
	sender.Close()
	for lines.Scan() {
	}
	if lines.Err() != nil || len(answer.Trailer) != 1 || answer.Trailer.Get("X-Count") != "5" {
		t.Errorf("the end: %v, trailer %v", lines.Err(), answer.Trailer)
	}
}

func TestProxyUpgrades(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	upstream := newUpstreamAPI(t, func(w http.ResponseWriter, r *http.Request) {
		connection, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer connection.Close()
		io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "+
			r.Header.Get("Upgrade")+"\r\nX-Dojo-Team: forged\r\n\r\n")
		line, _ := buffered.ReadString('\n')
		io.WriteString(connection, "echo "+line)
	})
	dojo := w.Before(upstream.URL)
	connection, err := net.Dial("tcp", dojo.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	io.WriteString(connection, "GET /v1/live?api_key="+w.Secret()+
		" HTTP/1.1\r\nHost: dojo\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n")
	reader := bufio.NewReader(connection)
	answer, err := http.ReadResponse(reader, nil)
	if err != nil || answer.StatusCode != 101 || answer.Header.Get("Upgrade") != "chat" ||
		answer.Header.Get("X-Dojo-Team") != "" || answer.Header.Get("X_Dojo_Team") != "" ||
		answer.Header.Get("X-Request-Id") == "" {
		t.Fatal(answer, err)
	}
	io.WriteString(connection, "hello\n")
	if line, err := reader.ReadString('\n'); line != "echo hello\n" {
		t.Errorf("got %q %v", line, err)
	}
}

func TestProxyFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	upstream := newUpstreamAPI(t, http.RedirectHandler("http://169.254.169.254/", http.StatusFound).ServeHTTP)
	w.Before(upstream.URL)
	got := httptest.NewRecorder()
	w.Echo.ServeHTTP(got, httptest.NewRequest("GET", "/v1/elsewhere?api_key="+w.Secret(), nil))
	if _, requests := upstream.last(); got.Code != 302 || got.Header().Get("Location") != "http://169.254.169.254/" ||
		requests != 1 {
		t.Errorf("got %d %v after %d requests", got.Code, got.Header(), requests)
	}
}

func TestProxyWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	const (
		unavailable = `{"message":"The service behind this endpoint cannot be reached just now. Try again in a few seconds.","code":"upstream_unavailable","errors":true}`
		timeout     = `{"message":"The service behind this endpoint did not answer in time.","code":"upstream_timeout","errors":true}`
	)
	ask := func() *httptest.ResponseRecorder { return w.Request("GET", "/v1/search?api_key="+w.Secret(), "") }
	upstream := newUpstreamAPI(t, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	w.Options.FirstByte = 50 * time.Millisecond
	w.Before(upstream.URL)
	webtest.Expect(t, ask(), 504, timeout)
	w.Options.FirstByte = time.Minute // whatever comes now comes before that

	upstream = newUpstreamAPI(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	w.Before(upstream.URL)
	webtest.Expect(t, ask(), 502, unavailable)
	upstream.Close()
	webtest.Expect(t, ask(), 502, unavailable)
	w.Before("http://" + saysWhatever(t, "HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n"))
	webtest.Expect(t, ask(), 502, unavailable)
	if log := w.Log.String(); strings.Count(log, "the upstream gave no answer") != 4 ||
		strings.Contains(log, "search") || strings.Contains(log, w.Secret()) {
		t.Errorf("the log says %s", log)
	}
}

// An upstream may be silent for longer than the client may take nothing, before its
// answer and in it: the client gets the end all the same.
func TestProxyAnswersAfterASilence(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	const silence = time.Second
	upstream := newUpstreamAPI(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/begun" {
			io.WriteString(w, "begun")
			http.NewResponseController(w).Flush()
		}
		time.Sleep(2 * silence)
	})
	w.Options.FirstByte = silence
	dojo := w.Before(upstream.URL, func(server *http.Server) {
		server.WriteTimeout = silence / 2
		server.Handler = impatient(server.Handler, 30) // 45 seconds become 1.5
	})
	for path, want := range map[string]string{"/v1/begun": "200 begun",
		"/v1/not-begun": `504 {"message":"The service behind this endpoint did not answer in time.","code":"upstream_timeout","errors":true}`} {
		answer, body := raw(t, dojo, "GET "+path+"?api_key="+w.Secret()+" HTTP/1.1\nHost: dojo\nConnection: close\n\n")
		if got := fmt.Sprintf("%d %s", answer.StatusCode, body); got != want {
			t.Errorf("%s: got %s", path, got)
		}
	}
}

// impatient lets the time that a client is given to take something run that many
// times as fast.
func impatient(next http.Handler, times time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(impatientWriter{w, times}, r)
	})
}

type impatientWriter struct {
	http.ResponseWriter
	times time.Duration
}

func (w impatientWriter) SetWriteDeadline(deadline time.Time) error {
	return http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(time.Until(deadline) / w.times))
}

func (w impatientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// saysWhatever returns the address of an upstream that answers with these bytes.
func saysWhatever(t testing.TB, text string) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			if _, err := http.ReadRequest(bufio.NewReader(connection)); err == nil {
				io.WriteString(connection, text)
			}
			connection.Close()
		}
	}()
	return listener.Addr().String()
}

// Half an answer is never taken for a whole one.
func TestProxyBreaksOffWithTheUpstream(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	upstream := newUpstreamAPI(t, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "half")
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	dojo := w.Before(upstream.URL)
	answer, err := dojo.Client().Get(dojo.URL + "/v1/long?api_key=" + w.Secret())
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); err == nil {
		t.Errorf("it ended well with %q", body)
	}
}

// Who hangs up is told on to the upstream, and is nobody's fault.
func TestProxyHangsUpWithTheClient(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	gone, asked := make(chan struct{}), make(chan struct{})
	upstream := newUpstreamAPI(t, func(_ http.ResponseWriter, r *http.Request) {
		close(asked)
		<-r.Context().Done()
		close(gone)
	})
	dojo := w.Before(upstream.URL)
	ctx, hangUp := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, "GET", dojo.URL+"/v1/long?api_key="+w.Secret(), nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() { <-asked; hangUp() }()
	if _, err := dojo.Client().Do(request); err == nil {
		t.Error("it was answered")
	}
	<-gone
	dojo.Close() // waits for the log's line
	if log := w.Log.String(); strings.Contains(log, "WARN") || !strings.Contains(log, "status=499") {
		t.Errorf("the log says %s", log)
	}
}

func TestProxyPassesLargeBodies(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	upstream := newUpstreamAPI(t, func(w http.ResponseWriter, r *http.Request) {
		http.NewResponseController(w).EnableFullDuplex()
		io.Copy(w, r.Body)
	})
	dojo := w.Before(upstream.URL)
	sent := bytes.Repeat([]byte("0123456789abcdef"), 4<<20/16)
	// chunked
	answer, err := dojo.Client().
		Post(dojo.URL+"/v1/echo?api_key="+w.Secret(), "", io.MultiReader(bytes.NewReader(sent)))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if got, err := io.ReadAll(answer.Body); err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
}
