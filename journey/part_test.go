package journey

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// part is something on a page, named by the way to it: roles and accessible
// names from the page inward. It is looked up each time it is used, and waited
// for, so that it may come and go.
type part struct {
	person *person
	path   []mark
}

// mark tells one thing from the others. A name that ends in * is the beginning
// of one, and an empty name is any; holds is text that the thing shows.
type mark struct {
	role, name string
	holds      []string
}

func (m mark) String() string {
	if len(m.holds) > 0 {
		return fmt.Sprintf("%s that holds %q", m.role, m.holds)
	}
	return fmt.Sprintf("%s %q", m.role, m.name)
}

func (m mark) named(name string) bool {
	if beginning, open := strings.CutSuffix(m.name, "*"); open {
		return strings.HasPrefix(name, beginning)
	}
	return m.name == "" || name == m.name
}

// node is a thing as the accessibility tree has it.
type node struct {
	role, name string
	id         cdp.BackendNodeID
}

// find names a thing within the part.
func (p part) find(role, name string) part {
	return part{p.person, append(slices.Clip(p.path), mark{role: role, name: name})}
}

// row names the row of a table within the part by what stands in it.
func (p part) row(holds ...string) part {
	return part{p.person, append(slices.Clip(p.path), mark{role: "row", holds: holds})}
}

func (p part) String() string {
	words := []string{"the page"}
	for _, m := range p.path {
		words = append(words, m.String())
	}
	return strings.Join(words, " → ")
}

// whole is the document once it is. Chromium may crash when it is asked for the
// accessibility tree of a page that is still coming or already going.
const whole = `document.readyState === "complete" ? document : Promise.reject(new Error("the page is not there yet"))`

// look finds the one thing that the path leads to.
func (p part) look(ctx context.Context) (node, error) {
	if p.person.watch.isLoading() {
		return node{}, errors.New("another page is coming")
	}
	found, err := p.person.resolve(ctx, whole)
	for _, m := range p.path {
		if err != nil {
			break
		}
		found, err = p.person.only(ctx, found.id, m)
	}
	return found, err
}

// only returns the one thing below a node that a mark fits.
func (p *person) only(ctx context.Context, root cdp.BackendNodeID, m mark) (node, error) {
	result, err := chromedp.Call(ctx, accessibility.QueryAXTree,
		accessibility.QueryAXTreeParams{BackendNodeID: root, Role: m.role})
	var fitting []node
	var others []string
	for _, ax := range result.Nodes {
		n := node{text(ax.Role), text(ax.Name), ax.BackendDOMNodeID}
		switch {
		case ax.Ignored: // assistive technology does not find it
		case m.named(n.name) && n.holds(ctx, m.holds):
			fitting = append(fitting, n)
		default:
			others = append(others, n.name)
		}
	}
	switch {
	case err != nil:
		return node{}, err
	case len(fitting) == 0:
		return node{}, fmt.Errorf("there is no %s, only %q", m, others)
	case len(fitting) > 1:
		return node{}, fmt.Errorf("there are %d of %s", len(fitting), m)
	}
	return fitting[0], nil
}

// holds reports whether the thing shows all the words.
func (n node) holds(ctx context.Context, words []string) bool {
	if len(words) == 0 {
		return true
	}
	shown, err := ask[string](ctx, n, "function() { return this.innerText }")
	return err == nil && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(shown, w) })
}

// ask calls a function of JavaScript on the thing.
func ask[T any](ctx context.Context, n node, function string, arguments ...any) (T, error) {
	object, err := chromedp.Call(ctx, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: n.id})
	if err != nil {
		var none T
		return none, err
	}
	return chromedp.Run(ctx, chromedp.CallFunctionOn[T](function, func(params *runtime.CallFunctionOnParams) {
		params.ObjectID = object.Object.ObjectID
	}, arguments...))
}

func text(value *accessibility.Value) (s string) {
	if value != nil {
		_ = json.Unmarshal(value.Value, &s) // what is no text has none
	}
	return s
}

// resolve returns what a script's expression leads to.
func (p *person) resolve(ctx context.Context, expression string) (node, error) {
	object, err := chromedp.Run(ctx, chromedp.Evaluate[*runtime.RemoteObject](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		return node{}, err
	}
	tree, err := chromedp.Call(ctx, accessibility.GetPartialAXTree,
		accessibility.GetPartialAXTreeParams{ObjectID: object.ObjectID, FetchRelatives: new(false)})
	if err != nil || len(tree.Nodes) == 0 {
		return node{}, errors.Join(err, errors.New("nothing is there"))
	}
	n := tree.Nodes[0]
	return node{text(n.Role), text(n.Name), n.BackendDOMNodeID}, nil
}

// isThere waits for the part.
func (p part) isThere() {
	p.person.t.Helper()
	eventually(p.person, p.String(), p.look)
}

// isGone waits until the part is not there.
func (p part) isGone() {
	p.person.t.Helper()
	eventually(p.person, p.String(), func(ctx context.Context) (node, error) {
		n, err := p.look(ctx)
		if err == nil {
			return n, errors.New("it is still there")
		}
		return n, ctx.Err() // whoever runs out of time has not seen it go
	})
}

// text returns the text that the part shows.
func (p part) text() string {
	p.person.t.Helper()
	return eventually(p.person, p.String(), p.read)
}

func (p part) read(ctx context.Context) (string, error) {
	if len(p.path) == 0 {
		return chromedp.Run(ctx, chromedp.Evaluate[string]("document.body.innerText"))
	}
	n, err := p.look(ctx)
	if err != nil {
		return "", err
	}
	return ask[string](ctx, n, "function() { return this.innerText }")
}

// value returns what is typed into the field.
func (p part) value() string {
	p.person.t.Helper()
	return asked[string](p, "function() { return this.value }")
}

// says waits until the part shows all the words.
func (p part) says(words ...string) {
	p.person.t.Helper()
	eventually(p.person, p.String(), func(ctx context.Context) (string, error) {
		shown, err := p.read(ctx)
		for _, w := range words {
			if err == nil && !strings.Contains(shown, w) {
				err = fmt.Errorf("it does not say %q but:\n%s", w, shown)
			}
		}
		return shown, err
	})
}

// keepsSilentAbout checks that the part does not show the words.
func (p part) keepsSilentAbout(words string) {
	p.person.t.Helper()
	if shown := p.text(); strings.Contains(shown, words) {
		p.person.t.Fatalf("%s says %q:\n%s", p, words, shown)
	}
}

// asked waits for the part and calls a function of JavaScript on it.
func asked[T any](p part, function string) T {
	p.person.t.Helper()
	return eventually(p.person, p.String(), func(ctx context.Context) (T, error) {
		n, err := p.look(ctx)
		if err != nil {
			var none T
			return none, err
		}
		return ask[T](ctx, n, function)
	})
}

// press clicks on the part. Nothing may lie over it.
func (p part) press() {
	p.person.t.Helper()
	p.person.do(p.click())
}

// follow clicks on the part and waits for the page that it leads to.
func (p part) follow() {
	p.person.t.Helper()
	p.followTo(200)
}

// followTo clicks on the part and waits for a page with the status.
func (p part) followTo(status int) {
	p.person.t.Helper()
	p.person.follows(status, p.click())
}

func (p part) click() chromedp.Action[chromedp.Void] {
	at := eventually(p.person, p.String(), p.middle)
	return chromedp.MouseClickXY(at[0], at[1])
}

// middle scrolls to the part and returns where a person would click.
func (p part) middle(ctx context.Context) ([2]float64, error) {
	var at [2]float64
	n, err := p.look(ctx)
	if err != nil {
		return at, err
	}
	if _, err := chromedp.Call(ctx, dom.ScrollIntoViewIfNeeded,
		dom.ScrollIntoViewIfNeededParams{BackendNodeID: n.id}); err != nil {
		return at, err
	}
	shape, err := chromedp.Call(ctx, dom.GetContentQuads, dom.GetContentQuadsParams{BackendNodeID: n.id})
	if err != nil || len(shape.Quads) == 0 {
		return at, errors.Join(err, errors.New("it has no shape"))
	}
	for i, corner := range shape.Quads[0] {
		at[i%2] += corner / 4
	}
	top, err := ask[bool](ctx, n, "function(x, y) { return this.contains(document.elementFromPoint(x, y)) }", at[0],
		at[1])
	if err == nil && !top {
		err = errors.New("something lies over it")
	}
	return at, err
}

// fill types into a field, in the place of what was there.
func (p part) fill(text string) {
	p.person.t.Helper()
	p.press()
	p.person.keys("a", chromedp.ModifierCtrl)
	p.person.keys(kb.Delete)
	p.person.keys(text)
}

// paste puts a long text into a field at once.
func (p part) paste(text string) {
	p.person.t.Helper()
	p.press()
	p.person.keys("a", chromedp.ModifierCtrl)
	call(p.person, input.InsertText, input.InsertTextParams{Text: text})
}

// choose picks an option of a list of choices by its first letters.
func (p part) choose(option string) {
	p.person.t.Helper()
	asked[bool](p, "function() { this.focus(); return true }")
	word, _, _ := strings.Cut(option, " ") // a space would open the list
	p.person.keys(word)
	if chosen := asked[string](p, "function() { return this.selectedOptions[0].label }"); chosen != option {
		p.person.t.Fatalf("%s is %q, not %q", p, chosen, option)
	}
}
