package store_test

import (
	"bytes"
	"io"
	"iter"
	"strconv"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

func uploadMethods() []methodCase {
	return []methodCase{
		inTeam("KeepFile", models.ManageData, func(t *store.TeamScope, _ string) error {
			_, err := t.KeepFile(ctx, models.Development, models.UploadFile{Collection: models.Products,
				Plan: []byte("{}")}, parts("a"))
			return err
		}).prepared(unlockedDevelopment),
		inTeam("PlanFile", models.ManageData, func(t *store.TeamScope, _ string) error {
			return anyway(t.PlanFile(ctx, models.Development, "none", []byte("{}")))
		}).prepared(unlockedDevelopment),
		inTeam("DropFile", models.ManageData, func(t *store.TeamScope, _ string) error {
			return anyway(t.DropFile(ctx, models.Development, "none"))
		}).prepared(unlockedDevelopment),
		inTeam("File", models.ManageData, func(t *store.TeamScope, _ string) error {
			_, err := t.File(ctx, models.Development, "none")
			return anyway(err)
		}).prepared(unlockedDevelopment),
		inTeam("FileBytes", models.ManageData, func(t *store.TeamScope, _ string) error {
			return anyway(t.FileBytes(ctx, models.Development, "none", io.Discard))
		}).prepared(unlockedDevelopment),
		inTeam("UploadProgress", models.ManageData, func(t *store.TeamScope, _ string) error {
			_, _, err := t.UploadProgress(ctx, models.Development)
			return err
		}),
		inTeam("Mapping", models.ManageData, func(t *store.TeamScope, _ string) error {
			_, err := t.Mapping(ctx, models.Products, "columns")
			return err
		}),
		inTeam("KeepMapping", models.ManageData, func(t *store.TeamScope, _ string) error {
			return t.KeepMapping(ctx, models.Development, models.Products, "columns", []byte("{}"))
		}).prepared(unlockedDevelopment),
	}
}

// anyway takes what is not found for done: a file is its owner's, whatever the role.
func anyway(err error) error {
	if models.CodeOf(err) == models.NotFound {
		return nil
	}
	return err
}

func parts(list ...string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, part := range list {
			if !yield([]byte(part), nil) {
				return
			}
		}
	}
}

// keep keeps a file of products of the actor's for Acme's Development.
func keep(t *testing.T, scope *store.TeamScope, name string) models.UploadFile {
	t.Helper()
	file, err := scope.KeepFile(ctx, models.Development, models.UploadFile{Collection: models.Products, Name: name,
		Plan: []byte(`{"a":1}`)}, parts("one,", "two"))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestChosenFiles: a file is there for its owner, in its environment, until its time is over or newer ones come.
func TestChosenFiles(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		unlockedDevelopment(t, w, w.Acme)
		dev, ade := w.Team(w.Dev, w.Acme), w.Team(w.Ade, w.Acme)
		file := keep(t, dev, "a.csv")
		var text bytes.Buffer
		if err := dev.FileBytes(ctx, models.Development, file.ID, &text); err != nil || text.String() != "one,two" {
			t.Errorf("the bytes are %q, %v", text.String(), err)
		}
		if err := dev.PlanFile(ctx, models.Development, file.ID, []byte(`{"a":2}`)); err != nil {
			t.Fatal(err)
		}
		found, err := dev.File(ctx, models.Development, file.ID)
		if err != nil || string(found.Plan) != `{"a":2}` || found.Name != "a.csv" {
			t.Errorf("%+v, %v", found, err)
		}
		for what, err := range map[string]error{
			"another person's file": second(ade.File(ctx, models.Development, file.ID)),
			"its bytes":             ade.FileBytes(ctx, models.Development, file.ID, io.Discard),
			"its plan":              ade.PlanFile(ctx, models.Development, file.ID, nil),
			"dropping it":           ade.DropFile(ctx, models.Development, file.ID),
		} {
			if models.CodeOf(err) != models.NotFound {
				t.Errorf("%s: %v", what, err)
			}
		}
		for i := range models.MaxUploadFiles {
			w.Database.Clock.Add(time.Second)
			keep(t, dev, strconv.Itoa(i))
		}
		if _, err := dev.File(ctx, models.Development, file.ID); models.CodeOf(err) != models.NotFound {
			t.Errorf("the oldest of too many files: %v", err)
		}
		last := keep(t, ade, "b.csv")
		w.Database.Clock.Add(models.UploadKept)
		if _, err := ade.File(ctx, models.Development, last.ID); models.CodeOf(err) != models.NotFound {
			t.Errorf("a file whose time is over: %v", err)
		}
		if err := w.Store.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if n := w.Database.Count("SELECT count(*) FROM upload_parts"); n != 0 {
			t.Errorf("%d parts are left of files that are over", n)
		}
	})
}

func second[T any](_ T, err error) error { return err }

// TestMappingsAreKept for the team, by the columns' names.
func TestMappingsAreKept(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		unlockedDevelopment(t, w, w.Acme)
		dev, ade, uma := w.Team(w.Dev, w.Acme), w.Team(w.Ade, w.Acme), w.Team(w.Uma, w.Umami)
		for i, text := range []string{"first", "second"} {
			w.Database.Clock.Add(time.Second)
			if err := dev.KeepMapping(ctx, models.Development, models.Products, "digest", []byte(text)); err != nil {
				t.Fatal(i, err)
			}
		}
		if kept, err := ade.Mapping(ctx, models.Products, "digest"); err != nil || string(kept) != "second" {
			t.Errorf("%s, %v", kept, err)
		}
		for what, kept := range map[string][]byte{
			"another team":       first(uma.Mapping(ctx, models.Products, "digest")),
			"another collection": first(ade.Mapping(ctx, models.EndUsers, "digest")),
		} {
			if kept != nil {
				t.Errorf("%s has %s", what, kept)
			}
		}
	})
}

func first[T any](value T, _ error) T { return value }
