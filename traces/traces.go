// Package traces sends spans to a collector of OpenTelemetry, when the environment names
// one.
package traces

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Traces is what begins spans.
type Traces struct {
	Tracer   trace.Tracer // nil: nothing is traced
	provider *sdk.TracerProvider
}

// stopTimeout is how long the last spans may take.
const stopTimeout = 2 * time.Second

// Start begins to send spans, if OTEL_EXPORTER_OTLP_ENDPOINT, its variant for traces or
// OTEL_TRACES_EXPORTER asks for it, and otherwise does nothing. All else is set by the
// variables of OpenTelemetry too
// (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
func Start(ctx context.Context, version string) (*Traces, error) {
	wanted, err := wanted()
	if err != nil || !wanted {
		return &Traces{}, err
	}
	exporter, err := newExporter(ctx)
	if err != nil {
		// the cause may quote headers, in which passwords stand
		return nil, errors.New("the exporter of traces cannot be made; check the variables that begin with " +
			"OTEL_EXPORTER_OTLP")
	}
	// Later ones win: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES go before the name here.
	described, err := resource.New(ctx,
		resource.WithAttributes(attribute.String("service.name", "dojo"), attribute.String("service.version", version)),
		resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES cannot be read: %w", err)
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(described))
	return &Traces{Tracer: provider.Tracer("dojo"), provider: provider}, nil
}

// Stop sends the last spans.
func (t *Traces) Stop() {
	if t.provider == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	_ = t.provider.Shutdown(ctx) // what cannot be sent now is lost, and nobody waits for it
}

// wanted reports whether the environment asks for traces.
func wanted() (bool, error) {
	if strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") {
		return false, nil
	}
	switch exporter := os.Getenv("OTEL_TRACES_EXPORTER"); exporter {
	case "none":
		return false, nil
	case "otlp":
		return true, nil
	case "":
		return os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" ||
			os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") != "", nil
	default:
		return false, fmt.Errorf("OTEL_TRACES_EXPORTER is %q; Dojo knows otlp and none", exporter)
	}
}

func newExporter(ctx context.Context) (*otlptrace.Exporter, error) {
	protocol := os.Getenv("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")
	if protocol == "" {
		protocol = os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL")
	}
	switch protocol {
	case "grpc":
		return otlptracegrpc.New(ctx)
	case "", "http/protobuf":
		return otlptracehttp.New(ctx)
	}
	return nil, errors.New("unknown protocol")
}
