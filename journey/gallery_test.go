package journey

import (
	"bufio"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestEveryStateFits: no state of any page is wider than the window, at the widths of a phone at
// 400 %, a phone, and beside the navigation.
func TestEveryStateFits(t *testing.T) {
	t.Parallel()
	p := openSite(t).visitor(t)
	origin := openGallery(t)
	p.watch.origin = origin
	call := func(path string) {
		t.Helper()
		response := run(p, chromedp.NavigateResponse(origin+path))
		if response == nil || response.Status != http.StatusOK {
			t.Fatalf("%s is not there", path)
		}
	}
	call("/")
	states := evaluate[[]string](p, `[...document.querySelectorAll("a")].map(a => a.getAttribute("href"))`)
	if len(states) < 100 {
		t.Fatalf("the gallery lists %d states", len(states))
	}
	for _, state := range states {
		call(state)
		for _, width := range []int64{320, 390, 900, 1024} {
			p.do(chromedp.EmulateViewport(width, 800))
			p.fits(state, look{width: width, scheme: "light"})
		}
	}
	p.excuses("404 for " + origin + "/t/acme/development/catalog/uploads/f1") // the rest of a long file
}

// openGallery starts the gallery on a free port.
func openGallery(t *testing.T) (origin string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "gallery")
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "dojo/cmd/gallery").
		CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	gallery := exec.CommandContext(t.Context(), program, "-addr", "127.0.0.1:0")
	log, err := gallery.StderrPipe()
	must(t, err)
	must(t, gallery.Start())
	t.Cleanup(func() { _ = gallery.Wait() }) // it ends with the test's context
	line, err := bufio.NewReader(log).ReadString('\n')
	must(t, err)
	_, address, found := strings.Cut(strings.TrimSpace(line), "gallery: ")
	if !found {
		t.Fatalf("the gallery says %s", line)
	}
	return strings.TrimSuffix(address, "/")
}
