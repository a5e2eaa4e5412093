package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"dojo/models"
)

// Observer is told how the store's work goes. It must not block.
type Observer interface {
	// Worked is told of each piece of the database's work when it is over.
	Worked(work models.Work, took time.Duration, err error)
	// Settled is told how long it took from a change's commit until it was settled. Of the
	// processes of a database one is told.
	Settled(took time.Duration)
	// Uploaded is told of each upload that came to the database, and how long its records
	// are together.
	Uploaded(by models.Uploader, records, bytes int, err error)
}

// nobody is told where there is no observer.
type nobody struct{}

func (nobody) Worked(models.Work, time.Duration, error)      {}
func (nobody) Settled(time.Duration)                         {}
func (nobody) Uploaded(_ models.Uploader, _, _ int, _ error) {}

// worked tells of work that began at a moment. The result is pointed to, for defer.
func (s *Store) worked(work models.Work, since time.Time, result *error) {
	err := *result
	if errors.Is(err, errUnchanged) {
		err = nil
	}
	s.observer.Worked(work, time.Since(since), err)
}

// uploaded tells of a batch that was handed in at a moment.
func (s *Store) uploaded(by models.Uploader, batch *models.Batch, since time.Time, err *error) {
	if batch.Len() == 0 { // the task of one that was rejected
		return
	}
	s.observer.Uploaded(by, batch.Len(), batch.Bytes(), *err)
	if by == models.ByAPI { // pages' are changes
		s.worked(models.UploadWork, since, err)
	}
}

// traced begins a span of a change.
func (s *Store) traced(ctx context.Context) (context.Context, trace.Span) {
	return s.tracer.Start(ctx, "store.change")
}

// endSpan says what was changed, but not in which team: the actions of the activity list,
// and the code of an error without its words.
func (c *change) endSpan(span trace.Span, err error) {
	if span.IsRecording() {
		actions := make([]string, len(c.actions))
		for i, action := range c.actions {
			actions[i] = string(action)
		}
		span.SetAttributes(attribute.String("dojo.change", strings.Join(actions, " ")))
		if err != nil {
			span.SetStatus(codes.Error, string(models.CodeOf(err)))
		}
	}
	span.End()
}
