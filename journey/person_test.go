package journey

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"dojo/demo"
)

// patience is how long something may take before it counts as not happening. It
// passes only where a test fails, and is long for a machine that is busy.
const patience = 2 * time.Minute

// lookAgain is how often a condition is looked at that the browser does not
// announce.
const lookAgain = 15 * time.Millisecond

// person is somebody with a browser of their own: no cookie, cache or clipboard
// permission is shared. As a part, it is the whole page that they see.
type person struct {
	part
	t     *testing.T
	site  *site
	ctx   context.Context
	watch *watch

	walk   string // see films
	frames int
}

// visitor comes to the site in a fresh browser. At the end of the test
// everything that the watch noted is a failure.
func (s *site) visitor(t *testing.T) *person {
	t.Helper()
	root, err := chromium()
	must(t, err)
	return s.tab(t, root, chromedp.WithNewBrowserContext())
}

// newTab opens another tab in the same browser.
func (p *person) newTab() *person {
	p.t.Helper()
	return p.site.tab(p.t, p.ctx)
}

// tab opens a tab beside another, which may be the first of a fresh browser.
func (s *site) tab(t *testing.T, beside context.Context, options ...chromedp.ContextOption) *person {
	t.Helper()
	w := &watch{origin: s.origin, requests: map[network.RequestID]string{}}
	ctx, leave := chromedp.NewContext(beside, append(options, chromedp.WithListener(w.note))...)
	p := &person{t: t, site: s, ctx: ctx, watch: w}
	p.part = part{person: p}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the browser shows %s", p.glance())
		}
		leave()
		for _, complaint := range w.all() {
			t.Errorf("in the browser: %s", complaint)
		}
	})
	must(t, chromedp.Do(ctx)) // opens the tab, which lives as long as this context
	p.do(chromedp.EmulateViewport(1440, 900))
	// Every browser believes to be the one in front, as on a desk of its own.
	call(p, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	return p
}

// glance returns the address and the text of the page, or why there is none.
func (p *person) glance() string {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	shown, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
	if err != nil {
		return err.Error()
	}
	return shown
}

// signIn signs in at the front door in a fresh browser.
func (s *site) signIn(t *testing.T, email string) *person {
	t.Helper()
	p := s.visitor(t)
	p.open("/login")
	p.submitSignIn(email, demo.Password)
	return p
}

func (p *person) submitSignIn(email, password string) {
	p.t.Helper()
	p.find("textbox", "Email").fill(email)
	p.find("textbox", "Password").fill(password)
	p.find("button", "Sign in").follow()
}

// do carries out steps in the browser.
func (p *person) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	must(p.t, chromedp.Do(ctx, steps...))
}

// run carries out an action in the person's browser and returns its value.
func run[T any](p *person, action chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	must(p.t, err)
	return value
}

// call sends a command to the person's tab.
func call[P, R any](p *person, command cdp.Command[P, R], params P) R {
	p.t.Helper()
	return run(p, func(ctx context.Context, tab *chromedp.Target) (R, error) {
		return cdp.Call(ctx, tab, command, params)
	})
}

// eventually tries until it works, and returns what came of it.
func eventually[T any](p *person, what string, try func(ctx context.Context) (T, error)) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	var last error
	for {
		value, err := try(ctx)
		if err == nil {
			return value
		}
		if last == nil || ctx.Err() == nil {
			last = err
		}
		select {
		case <-ctx.Done():
			p.t.Fatalf("%s: %v", what, last)
		case <-time.After(lookAgain):
		}
	}
}

// open goes to an address of the site, which must answer 200.
func (p *person) open(path string) {
	p.t.Helper()
	p.openTo(200, path)
}

// openTo goes to an address of the site, which must answer with the status.
func (p *person) openTo(status int, path string) {
	p.t.Helper()
	p.arrived(status, run(p, chromedp.NavigateResponse(p.site.origin+path)))
}

// follows does something that leads to another page, and waits for it.
func (p *person) follows(status int, step chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, step)
	if err != nil {
		p.t.Fatalf("no page followed: %v", err)
	}
	p.arrived(status, response)
}

func (p *person) arrived(status int, response *network.Response) {
	p.t.Helper()
	if response == nil {
		p.t.Fatal("the page came without a response")
	}
	if int(response.Status) != status {
		p.t.Fatalf("%s answered %d, not %d", response.URL, int(response.Status), status)
	}
	p.keepsFrame()
}

// address is where the person is, without the site's origin.
func (p *person) address() string {
	return strings.TrimPrefix(evaluate[string](p, "location.href"), p.site.origin)
}

// isAt checks where the person is.
func (p *person) isAt(address string) {
	p.t.Helper()
	if got := p.address(); got != address {
		p.t.Fatalf("the page is %s, not %s", got, address)
	}
}

// evaluate asks the page something that no role or name tells.
func evaluate[T any](p *person, expression string) T {
	p.t.Helper()
	return run(p, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// keys presses keys one after the other, as kb names them.
func (p *person) keys(keys string, modifiers ...chromedp.Modifier) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
}

// focused describes what has the focus: its role and name.
func (p *person) focused() string {
	p.t.Helper()
	n := eventually(p, "what has the focus", func(ctx context.Context) (node, error) {
		return p.resolve(ctx, "document.activeElement")
	})
	return fmt.Sprintf("%s %q", n.role, n.name)
}

// opensSwitcher opens the environments' menu and waits until it has the focus, which a script gives it a little later.
func (p *person) opensSwitcher() {
	p.t.Helper()
	p.find("button", "Environment*").press()
	eventually(p, "the focus in the menu", func(ctx context.Context) (bool, error) {
		there, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("document.activeElement.closest('#environments') !== null"))
		if err == nil && !there {
			err = errors.New("it is elsewhere")
		}
		return there, err
	})
}

// isOn waits until something has the focus.
func (p *person) isOn(role, name string) {
	p.t.Helper()
	want := fmt.Sprintf("%s %q", role, name)
	eventually(p, "the focus", func(ctx context.Context) (node, error) {
		n, err := p.resolve(ctx, "document.activeElement")
		if got := fmt.Sprintf("%s %q", n.role, n.name); err == nil && got != want {
			err = fmt.Errorf("it is on %s, not on %s", got, want)
		}
		return n, err
	})
}
