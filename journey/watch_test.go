package journey

import (
	"fmt"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// watch notes what must not happen on any page: an error on the console, an
// uncaught exception, a breach of the content policy, a failed request, a
// request to another host.
type watch struct {
	origin string

	mu         sync.Mutex
	requests   map[network.RequestID]string
	complaints []string
}

// note is told of everything that happens in the browser's tab.
func (w *watch) note(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		w.complain("uncaught exception: %s", thrown(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert {
			w.complain("console.%s: %s", e.Type, arguments(e.Args))
		}
	case *log.EventEntryAdded:
		// Of requests the events below tell more.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			w.complain("the browser reports (%s): %s", e.Entry.Source, e.Entry.Text)
		}
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
	w.mu.Lock()
	defer w.mu.Unlock()
	w.complaints = append(w.complaints, fmt.Sprintf(format, args...))
}

// all returns the complaints so far.
func (w *watch) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.complaints
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
