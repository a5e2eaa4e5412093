package journey

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"dojo/demo"
)

// shell runs a command that a page offers, as somebody who pastes it into a
// terminal, and returns what it prints. Without curl the same request is sent.
func shell(t *testing.T, command string) string {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		return sendAsCurl(t, command)
	}
	run := exec.CommandContext(t.Context(), "sh", "-c", command)
	run.Env = append(os.Environ(), "no_proxy=*")
	answer, err := run.Output() // without the progress, which goes to the other stream
	must(t, err)
	return strings.TrimSpace(string(answer))
}

var (
	curlAddress = regexp.MustCompile(`^curl '([^']+)'`)
	curlHeader  = regexp.MustCompile(`-H '([^:']+): ([^']+)'`)
	curlBody    = regexp.MustCompile(`-d '([^']+)'`)
)

// sendAsCurl sends the request that a command of curl describes, with the
// options that the pages use.
func sendAsCurl(t *testing.T, command string) string {
	t.Helper()
	address, body := curlAddress.FindStringSubmatch(command), curlBody.FindStringSubmatch(command)
	if address == nil || body == nil {
		t.Fatalf("this is no command that the test understands:\n%s", command)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address[1], strings.NewReader(body[1]))
	must(t, err)
	for _, header := range curlHeader.FindAllStringSubmatch(command, -1) {
		request.Header.Set(header[1], header[2])
	}
	_, answer := send(t, request)
	return answer
}

func send(t *testing.T, request *http.Request) (status int, answer string) {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	must(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	must(t, err)
	return response.StatusCode, strings.TrimSpace(string(body))
}

// upload sends one interaction as a customer's program does.
func (s *site) upload(t *testing.T, key string) (status int, answer string) {
	t.Helper()
	body := strings.NewReader(`{"data":[{"type":"home_page_view","user_id":"visitor-7"}]}`)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.origin+"/v1/interactions", body)
	must(t, err)
	request.Header.Set("X-API-KEY", key)
	return send(t, request)
}

// accepted checks that the API lets each key in.
func (p *person) accepted(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		if status, answer := p.site.upload(p.t, key); status != http.StatusOK {
			p.t.Errorf("a key that should work got %d %s", status, answer)
		}
	}
}

// refused checks that the API does not know the key.
func (p *person) refused(key string) {
	p.t.Helper()
	if status, answer := p.site.upload(p.t, key); status != http.StatusUnauthorized ||
		answer != `{"message":"invalid api key."}` {
		p.t.Errorf("a revoked key got %d %s", status, answer)
	}
}

// mayUseClipboard grants what a person grants with a click.
func (p *person) mayUseClipboard() {
	p.t.Helper()
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		_, err := chromedp.CallBrowser(p.ctx, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: name}, Setting: browser.PermissionSettingGranted,
			Origin: p.site.origin, BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID,
		})
		must(p.t, err)
	}
}

// keptNoSecret checks that neither the log nor the database's files hold a key or
// the password.
func (s *site) keptNoSecret(t *testing.T, secrets ...string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.dir, "demo.db*"))
	must(t, err)
	places := map[string][]byte{"the log": []byte(s.log.String())}
	for _, file := range files {
		places[filepath.Base(file)], err = os.ReadFile(file)
		must(t, err)
	}
	for place, content := range places {
		for _, secret := range append(secrets, demo.Password) {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%s holds %q", place, secret)
			}
		}
	}
}
