package chaos

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
)

// link is a network connection to a server that can be disturbed.
type link struct {
	proxy *toxiproxy.Proxy
	t     testing.TB
}

func newLink(t testing.TB, upstream string) *link {
	t.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
	l := &link{toxiproxy.NewProxy(server, "database", fmt.Sprintf("127.0.0.1:%d", freePort(t)), upstream), t}
	must(t, l.proxy.Start())
	t.Cleanup(l.proxy.Stop)
	return l
}

// The faults, as toxiproxy describes them, in either direction.
const (
	slow  = `{"type": "latency", "stream": %q, "attributes": {"latency": 1000}}` // 2 s for each round trip
	reset = `{"type": "reset_peer", "stream": %q, "attributes": {"timeout": 0}}`
	// Nothing comes through, and nobody is told.
	halfOpen = `{"type": "timeout", "stream": %q, "attributes": {"timeout": 0}}`
)

// disturb begins a fault, and returns what ends it.
func (l *link) disturb(fault string) (mend func()) {
	l.t.Helper()
	var names []string
	for _, stream := range []string{"upstream", "downstream"} {
		toxic, err := l.proxy.Toxics.AddToxicJson(strings.NewReader(fmt.Sprintf(fault, stream)))
		must(l.t, err)
		names = append(names, toxic.Name)
	}
	return func() {
		for _, name := range names {
			must(l.t, l.proxy.Toxics.RemoveToxic(context.Background(), name))
		}
	}
}

// cut ends all connections and lets none be made.
func (l *link) cut() (mend func()) {
	l.proxy.Stop()
	return func() { must(l.t, l.proxy.Start()) }
}
