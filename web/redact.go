package web

import (
	"context"
	"fmt"
	"log/slog"

	"dojo/models"
)

// redactor is a log handler that keeps keys out of the log: what looks like one is
// masked in messages and values alike, whoever wrote them there. People put keys where
// they do not belong, such as in a path, and libraries quote what they were given.
type redactor struct{ slog.Handler }

// RedactKeys makes a handler that passes lines on without what looks like a key.
func RedactKeys(next slog.Handler) slog.Handler {
	if _, done := next.(redactor); done {
		return next
	}
	return redactor{next}
}

// Handle implements slog.Handler.
func (r redactor) Handle(ctx context.Context, line slog.Record) error {
	kept := slog.NewRecord(line.Time, line.Level, models.RedactKeys(line.Message), line.PC)
	line.Attrs(func(a slog.Attr) bool {
		kept.AddAttrs(redactAttr(a))
		return true
	})
	return r.Handler.Handle(ctx, kept)
}

// WithAttrs implements slog.Handler.
func (r redactor) WithAttrs(attrs []slog.Attr) slog.Handler {
	return redactor{r.Handler.WithAttrs(redactAttrs(attrs))}
}

// WithGroup implements slog.Handler.
func (r redactor) WithGroup(name string) slog.Handler {
	return redactor{r.Handler.WithGroup(models.RedactKeys(name))}
}

func redactAttrs(attrs []slog.Attr) []slog.Attr {
	kept := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		kept[i] = redactAttr(a)
	}
	return kept
}

// redactAttr leaves numbers and times as they are. Other values become text here, since
// what a handler would make of them cannot be looked at before.
func redactAttr(a slog.Attr) slog.Attr {
	a.Key, a.Value = models.RedactKeys(a.Key), a.Value.Resolve()
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(models.RedactKeys(a.Value.String()))
	case slog.KindGroup:
		a.Value = slog.GroupValue(redactAttrs(a.Value.Group())...)
	case slog.KindAny:
		a.Value = redactAny(a.Value)
	}
	return a
}

func redactAny(value slog.Value) slog.Value {
	switch v := value.Any().(type) {
	case nil:
		return value
	case error:
		return slog.StringValue(models.RedactKeys(v.Error()))
	case []byte:
		return slog.StringValue(models.RedactKeys(string(v)))
	case *slog.Source:
		return value
	}
	return slog.StringValue(models.RedactKeys(fmt.Sprintf("%+v", value.Any())))
}
