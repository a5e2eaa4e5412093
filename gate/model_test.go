package gate_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dojo/gate"
	"dojo/models"
)

// fixture is the gate beside the simplest thing that could be right: the grants as
// they were last read, looked through one by one.
type fixture struct {
	gate    *gate.Gate
	source  *source
	now     time.Time
	names   []string
	open    bool
	known   []models.Grant
	passed  time.Time       // the latest moment at which something was seen to have ended
	refused map[string]bool // keys that were known and then refused
}

func (w *fixture) want(name string) models.Outcome {
	if !w.open {
		return models.GateUnavailable
	}
	for _, g := range w.known {
		switch {
		case g.KeyID != "id of "+name:
		case w.over(g.RetiresAt):
			return models.KeyIsRetired
		default:
			return w.unlocking(g.Periods)
		}
	}
	return models.UnknownKey
}

// over reports whether the moment has come, or was seen to have come before the clock was set
// back.
func (w *fixture) over(at time.Time) bool {
	switch {
	case at.IsZero() || at.After(w.now) && at.After(w.passed):
		return false
	case at.After(w.passed):
		w.passed = at
	}
	return true
}

func (w *fixture) unlocking(periods []models.Period) models.Outcome {
	periods = slices.Clone(periods)
	for i := range periods {
		periods[i].Over = periods[i].Over || w.over(periods[i].Until)
	}
	return models.Unlocking(periods, w.now)
}

func (w *fixture) check(t *rapid.T) {
	for _, name := range w.names {
		got := w.gate.CheckKey(keyText(name)).Outcome
		if want := w.want(name); got != want {
			t.Fatalf("key %s: %q, want %q", name, got, want)
		}
		if got != models.Accepted && accepts(w.gate, "id of "+name) {
			t.Fatalf("key %s: Refuses contradicts %q", name, got)
		}
		if got == models.Accepted && w.refused[name] {
			t.Fatalf("key %s was accepted after it was refused", name)
		}
		if got == models.UnknownKey || got == models.KeyIsRetired {
			w.refused[name] = true
		}
	}
}

// change changes the grants in the source and tells the gate.
func (w *fixture) change(kind models.EnvironmentKind, edit func([]models.Grant) []models.Grant) {
	w.source.set(edit(slices.Clone(w.source.grants))...)
	w.gate.Refresh(context.Background(), string(kind)+" id", unknown)
	w.known = slices.Clone(w.source.grants)
}

func each(kind models.EnvironmentKind, edit func(*models.Grant)) func([]models.Grant) []models.Grant {
	return func(grants []models.Grant) []models.Grant {
		for i := range grants {
			if grants[i].Environment == kind {
				edit(&grants[i])
			}
		}
		return grants
	}
}

func TestAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &fixture{source: &source{}, now: noon, refused: map[string]bool{}}
		w.gate = gate.New(w.source, digest, func() time.Time { return w.now })
		defer w.gate.Close()
		w.gate.HoldAtMost(rapid.IntRange(0, 4).Draw(t, "most"))
		environment := rapid.SampledFrom(models.EnvironmentKinds())
		minutes := rapid.IntRange(0, 3)
		later := func(t *rapid.T) time.Time {
			return w.now.Add(time.Duration(minutes.Draw(t, "minutes")) * time.Minute)
		}
		t.Repeat(map[string]func(*rapid.T){
			"load": func(t *rapid.T) {
				if err := w.gate.Load(context.Background()); err != nil {
					t.Fatal(err)
				}
				w.open = true
			},
			"issue": func(t *rapid.T) {
				if len(w.names) == 20 {
					return
				}
				kind := environment.Draw(t, "environment")
				name := string(rune('a' + len(w.names)))
				w.names = append(w.names, name)
				w.change(kind, func(grants []models.Grant) []models.Grant {
					issued := grant(name, models.Secret, kind)
					for _, g := range grants {
						if g.Environment == kind {
							issued.Periods = g.Periods
						}
					}
					return append(grants, issued)
				})
			},
			"revoke": func(t *rapid.T) {
				if len(w.known) == 0 {
					return
				}
				victim := rapid.SampledFrom(w.known).Draw(t, "victim")
				w.change(victim.Environment, func(grants []models.Grant) []models.Grant {
					return slices.DeleteFunc(grants, func(g models.Grant) bool { return g.KeyID == victim.KeyID })
				})
			},
			"retire": func(t *rapid.T) {
				at := later(t)
				kind := environment.Draw(t, "environment")
				w.change(kind, each(kind, func(g *models.Grant) {
					if g.RetiresAt.IsZero() {
						g.RetiresAt = at
					}
				}))
			},
			"lock": func(t *rapid.T) {
				kind := environment.Draw(t, "environment")
				w.change(kind, each(kind, func(g *models.Grant) { g.Periods = nil }))
			},
			"unlock": func(t *rapid.T) {
				kind, until := environment.Draw(t, "environment"), later(t)
				from := later(t)
				locked := rapid.Bool().Draw(t, "locked")
				w.change(kind, each(kind, func(g *models.Grant) {
					g.Periods = []models.Period{{From: from, Until: until, Locked: locked}, {From: until.Add(time.Minute)}}
				}))
			},
			"suspend": func(t *rapid.T) { w.gate.Suspend(); w.open = false },
			"wait":    func(t *rapid.T) { w.now = later(t) },
			"set the clock back": func(t *rapid.T) {
				w.now = w.now.Add(-time.Duration(minutes.Draw(t, "minutes")) * time.Minute)
			},
			"": w.check,
		})
	})
}
