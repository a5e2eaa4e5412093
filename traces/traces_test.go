package traces_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"dojo/traces"
)

// clean unsets what the environment may say of traces.
func clean(t *testing.T) {
	for _, name := range []string{
		"OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT",
		"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
		"OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_SERVICE_NAME",
	} {
		t.Setenv(name, "")
	}
}

func TestNothingIsTracedUnlessTheEnvironmentSaysSo(t *testing.T) {
	for name, set := range map[string]map[string]string{
		"nothing is set": {},
		"none":           {"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"},
		"disabled":       {"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "otlp"},
	} {
		t.Run(name, func(t *testing.T) {
			clean(t)
			for variable, value := range set {
				t.Setenv(variable, value)
			}
			started, err := traces.Start(t.Context(), "v1")
			if err != nil || started.Tracer != nil {
				t.Errorf("got %v, %v", started, err)
			}
			started.Stop()
		})
	}
}

func TestUnknownSettingsAreRefused(t *testing.T) {
	for variable, value := range map[string]string{
		"OTEL_TRACES_EXPORTER": "zipkin", "OTEL_EXPORTER_OTLP_PROTOCOL": "carrier-pigeon",
	} {
		clean(t)
		t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
		t.Setenv(variable, value)
		if _, err := traces.Start(t.Context(), "v1"); err == nil || !strings.Contains(err.Error(), "OTEL_") {
			t.Errorf("%s=%s: %v", variable, value, err)
		}
	}
}

// TestSpansReachTheCollector, the last ones too.
func TestSpansReachTheCollector(t *testing.T) {
	var mu sync.Mutex
	var received []byte
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		received = append(append(received, r.URL.Path...), body...)
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	defer collector.Close()
	clean(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	started, err := traces.Start(t.Context(), "v1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	_, span := started.Tracer.Start(t.Context(), "the last one")
	span.End()
	started.Stop()
	mu.Lock()
	defer mu.Unlock()
	for _, text := range []string{"/v1/traces", "the last one", "service.name", "dojo", "v1.2.3"} {
		if !bytes.Contains(received, []byte(text)) {
			t.Errorf("the collector was not told %q: %q", text, received)
		}
	}
}
