package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"dojo/models"
)

// traceRequests is the middleware that begins a span for each request, or none without a
// tracer. Spans are named by the route: an address may hold a key or a one-time link. What a
// client says of its own trace is not taken over.
func traceRequests(tracer trace.Tracer) []echo.MiddlewareFunc {
	if tracer == nil {
		return nil
	}
	return []echo.MiddlewareFunc{func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			request := c.Request()
			method := knownMethod(request.Method)
			ctx, span := tracer.Start(request.Context(), method+" "+routeOf(c),
				trace.WithSpanKind(trace.SpanKindServer),
				trace.WithAttributes(attribute.String("http.request.method", method),
					attribute.String("http.route", routeOf(c))))
			defer span.End()
			c.SetRequest(request.WithContext(ctx))
			err := next(c)
			if err != nil {
				c.Error(err) // now, so that the span has the status
			}
			status := c.Response().Status
			span.SetAttributes(attribute.Int("http.response.status_code", status),
				attribute.String("dojo.request_id", requestID(c)))
			if status >= http.StatusInternalServerError {
				span.SetStatus(codes.Error, http.StatusText(status))
			}
			return nil
		}
	}}
}

// routeOf is the pattern of the address, which has no values in it.
func routeOf(c echo.Context) string {
	if c.Path() == "" {
		return "/*"
	}
	return c.Path()
}

func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions:
		return method
	}
	return "_OTHER"
}

// job runs a job in a span of its own.
func (s *Server) job(ctx context.Context, name string, run func(ctx context.Context) error) error {
	if s.tracer == nil {
		return run(ctx)
	}
	ctx, span := s.tracer.Start(ctx, name)
	defer span.End()
	err := run(ctx)
	if err != nil {
		span.SetStatus(codes.Error, string(models.CodeOf(err)))
	}
	return err
}
