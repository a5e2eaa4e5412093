package journey

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestMain ends the browser after the last test.
func TestMain(m *testing.M) {
	code := m.Run()
	closeBrowser()
	os.Exit(code)
}

// closeBrowser ends the browser if one was started.
var closeBrowser = func() {}

// chromium is the one Chromium of the test binary.
var chromium = sync.OnceValues(func() (context.Context, error) {
	path, err := chromiumPath()
	if err != nil {
		return nil, err
	}
	allocator, closeAllocator := chromedp.NewExecAllocator(context.Background(),
		append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(path),
			chromedp.NoSandbox, // it does not start as root with one
			chromedp.Flag("disable-gpu", true),
			chromedp.Flag("disable-component-update", true),
			chromedp.Flag("no-proxy-server", true),
			// Names in an office's network are this machine.
			chromedp.Flag("host-resolver-rules", "MAP *.office.example 127.0.0.1"),
			chromedp.Flag("lang", "en-US"), // decides how a date is typed
			// Dates, scroll bars and moving parts would differ between machines.
			chromedp.Flag("hide-scrollbars", true),
			chromedp.Flag("force-prefers-reduced-motion", true),
			chromedp.Flag("font-render-hinting", "none"),
			chromedp.Env("TZ=UTC"),
		)...)
	ctx, closeContext := chromedp.NewContext(allocator)
	closeBrowser = func() { closeContext(); closeAllocator() }
	return ctx, chromedp.Do(ctx)
})

func chromiumPath() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no Chromium in the PATH: run make test, which installs it")
}
