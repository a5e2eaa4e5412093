package journey

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// axe is axe-core 4.14.1 (https://github.com/dequelabs/axe-core), unchanged; its
// licence lies beside it.
//
//go:embed testdata/axe-4.14.1.min.js
var axe string

// look is a way to see a page.
type look struct {
	scheme string // light or dark
	width  int64
}

func (l look) String() string { return fmt.Sprintf("%s-%d", l.scheme, l.width) }

// allLooks asks for every look and for pictures: see `make looks`.
var allLooks = os.Getenv("LOOKS") == "all"

// looks are the ways in which pages are looked at. The first is the one that
// persons begin with. Two of them have each scheme and each width in them; the
// others are looked at where somebody works on the design.
var looks = func() []look {
	if allLooks {
		return []look{{"light", 1440}, {"dark", 1440}, {"dark", 390}, {"light", 390}}
	}
	return []look{{"light", 1440}, {"dark", 390}}
}()

// screenshots is where a picture of every scene in every look is left.
var screenshots = filepath.Join("..", "build", "screenshots")

// finding is a rule of axe that a page breaks, and where.
type finding struct {
	ID    string
	Help  string
	Nodes []struct {
		Target         []any
		FailureSummary string
	}
}

// examines looks at the scene that the person has before them, in every look if
// none is named: axe finds nothing, and nothing is wider than the window.
func (p *person) examines(scene string, only ...look) {
	p.t.Helper()
	p.do(chromedp.Evaluate[chromedp.Void](axe))
	if len(only) == 0 {
		only = looks
	}
	for i, l := range only {
		p.wears(l)
		p.fits(scene, l)
		p.passesAxe(scene, l, i == 0)
		if allLooks {
			p.keepsPicture(scene, l)
		}
	}
	p.wears(looks[0])
}

func (p *person) wears(l look) {
	p.t.Helper()
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: l.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	p.do(chromedp.EmulateViewport(l.width, 900))
}

func (p *person) fits(scene string, l look) {
	p.t.Helper()
	if over := evaluate[int](p, "document.documentElement.scrollWidth - innerWidth"); over > 0 {
		p.t.Errorf("%s, %s: the page is %d pixels wider than the window", scene, l, over)
	}
}

// passesAxe runs all rules, or only those whose outcome depends on the look.
func (p *person) passesAxe(scene string, l look, all bool) {
	p.t.Helper()
	options := `{resultTypes: ["violations"], rules: {"target-size": {enabled: true}}}`
	if !all {
		options = `{resultTypes: ["violations"], runOnly: ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]}`
	}
	found := evaluate[[]finding](p, "axe.run(document, "+options+").then(result => result.violations)")
	for _, f := range found {
		p.t.Errorf("%s, %s: %s (%s)\n%s", scene, l, f.Help, f.ID, f.where())
	}
}

func (f finding) where() string {
	var lines []string
	for _, n := range f.Nodes {
		at, _ := json.Marshal(n.Target)
		lines = append(lines, fmt.Sprintf("  %s\n    %s", at, strings.ReplaceAll(n.FailureSummary, "\n", "\n    ")))
	}
	return strings.Join(lines, "\n")
}

func (p *person) keepsPicture(scene string, l look) {
	p.t.Helper()
	p.pictures(filepath.Join(screenshots, l.String(), scene+".png"), l.width)
}

// walks is where pictures of what somebody comes upon are left, page after page, to be made a film of.
var walks = filepath.Join("..", "build", "walks")

// films keeps a picture of each page that the person comes to from here on, where all looks are
// asked for.
func (p *person) films(walk string) {
	if allLooks {
		p.walk = walk
	}
}

func (p *person) keepsFrame() {
	p.t.Helper()
	if p.walk != "" {
		p.frames++
		p.pictures(filepath.Join(walks, p.walk, fmt.Sprintf("%02d.png", p.frames)), 1440)
	}
}

// pictures keeps a picture of the whole page in a file.
func (p *person) pictures(file string, width int64) {
	p.t.Helper()
	height := evaluate[float64](p, "document.documentElement.scrollHeight")
	shot := call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{
		CaptureBeyondViewport: new(true), OptimizeForSpeed: new(true),
		Clip: &page.Viewport{Width: float64(width), Height: height, Scale: 1},
	})
	must(p.t, os.MkdirAll(filepath.Dir(file), 0o755))
	must(p.t, os.WriteFile(file, shot.Data, 0o644))
}
