package journey

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// watch notes what must not happen on any page: an error on the console, an
// uncaught exception, a breach of the content policy, a failed request, a
// request to another host.
type watch struct {
	origin string

	mu         sync.Mutex
	requests   map[network.RequestID]string
	complaints []string
	loading    bool
}

// note is told of everything that happens in the browser's tab.
func (w *watch) note(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		w.complain("uncaught exception: %s", thrown(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning ||
			e.Type == runtime.ConsoleAPICalledTypeAssert {
			w.complain("console.%s: %s", e.Type, arguments(e.Args))
		}
	case *log.EventEntryAdded:
		// Of requests the events below tell more.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			w.complain("the browser reports (%s): %s", e.Entry.Source, e.Entry.Text)
		}
	case *page.EventFrameStartedLoading:
		w.setLoading(true)
	case *page.EventFrameStoppedLoading:
		w.setLoading(false)
	case *inspector.EventTargetCrashed:
		w.complain("the browser's tab crashed")
	case *network.EventRequestWillBeSent:
		w.sent(e)
	case *network.EventResponseReceived:
		// A document with another status is what a test asks for and checks.
		if e.Response.Status >= 400 && e.Type != network.ResourceTypeDocument {
			w.complain("%d for %s", int(e.Response.Status), e.Response.URL)
		}
	case *network.EventLoadingFailed:
		// Leaving a page cancels what it was still asking for.
		if !e.Canceled {
			w.complain("%s failed: %s %s", w.address(e.RequestID), e.ErrorText, e.BlockedReason)
		}
	}
}

func (w *watch) setLoading(loading bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.loading = loading
}

// isLoading reports whether a page is on its way, asked for by a person or by the page before.
func (w *watch) isLoading() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.loading
}

func (w *watch) sent(e *network.EventRequestWillBeSent) {
	w.mu.Lock()
	w.requests[e.RequestID] = e.Request.URL
	w.mu.Unlock()
	inside := strings.HasPrefix(e.Request.URL, w.origin+"/") || strings.HasPrefix(e.Request.URL, "data:")
	if !inside {
		w.complain("a request to another host: %s", e.Request.URL)
	}
}

func (w *watch) address(id network.RequestID) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.requests[id]
}

func (w *watch) complain(format string, args ...any) {
	complaint := fmt.Sprintf(format, args...)
	if strings.Contains(complaint, ignoredOverHTTP) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.complaints = append(w.complaints, complaint)
}

// ignoredOverHTTP is what the browser says of every page that is served over plain http under a name.
const ignoredOverHTTP = "The Cross-Origin-Opener-Policy header has been ignored"

// all returns the complaints so far.
func (w *watch) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.complaints)
}

func thrown(details *runtime.ExceptionDetails) string {
	if details.Exception != nil && details.Exception.Description != "" {
		return details.Exception.Description
	}
	return details.Text
}

func arguments(list []*runtime.RemoteObject) string {
	var words []string
	for _, argument := range list {
		words = append(words, strings.TrimSpace(argument.Description+" "+string(argument.Value)))
	}
	return strings.Join(words, " ")
}

// TestWatch: each thing that must not happen is noted when it happens.
func TestWatch(t *testing.T) {
	t.Parallel()
	p := openSite(t).visitor(t)
	p.open("/login")
	for _, offence := range []struct {
		script     string
		complaints []string
	}{
		{`console.error("a cat on the keys")`, []string{`console.error: "a cat on the keys"`}},
		{`setTimeout(() => { throw new Error("nobody caught this") })`,
			[]string{"uncaught exception: Error: nobody caught this"}},
		{`document.body.append(Object.assign(document.createElement("script"), {text: "1"}))`, []string{"script-src"}},
		{`fetch("/static/missing.css")`, []string{"404 for " + p.site.origin + "/static/missing.css"}},
		{`document.body.append(Object.assign(new Image(), {src: "http://192.0.2.1/a.png"}))`,
			[]string{"img-src", "a request to another host: http://192.0.2.1/a.png", "http://192.0.2.1/a.png failed"}},
	} {
		p.do(chromedp.Evaluate[chromedp.Void](offence.script))
		for _, complaint := range offence.complaints {
			p.excuses(complaint)
		}
	}
}

// excuses waits for a complaint that holds the words, and drops it.
func (p *person) excuses(words string) {
	p.t.Helper()
	eventually(p, "the watch", func(context.Context) (bool, error) {
		p.watch.mu.Lock()
		defer p.watch.mu.Unlock()
		for i, complaint := range p.watch.complaints {
			if strings.Contains(complaint, words) {
				p.watch.complaints = slices.Delete(p.watch.complaints, i, i+1)
				return true, nil
			}
		}
		return false, fmt.Errorf("it notes nothing like %q, only %q", words, p.watch.complaints)
	})
}
