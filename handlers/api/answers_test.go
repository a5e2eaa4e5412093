package api

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"dojo/models"
	"dojo/records"
)

// TestEveryRefusalSaysErrors: clients of Miso's API take for done whatever does not
// say {"errors":true}, and for failed what does.
func TestEveryRefusalSaysErrors(t *testing.T) {
	answers := []answer{
		success, notFound, methodNotAllowed, bodyTooLarge, bodyTooSlow, bodyBroken, badGzip, wrongEncoding, tooBusy,
		unavailable, internal, upstreamUnavailable, upstreamTimeout, hungUp, invalid("words"),
		answerTo(&records.Rejection{Status: 422, Message: "words"}),
		answerTo(&records.Rejection{Status: 413, Message: "words"}),
	}
	for _, refusal := range refusals {
		for _, environment := range models.EnvironmentKinds() {
			answers = append(answers, refusal.in(environment))
		}
	}
	for _, code := range models.Codes() {
		answers = append(answers, answerTo(&models.Error{Code: code, Message: "words"}))
	}
	_, unreadable := Unreadable("400 Bad Request")
	answers = append(answers, answer{400, unreadable})
	for _, a := range answers {
		var said map[string]any
		if err := json.Unmarshal(a.body, &said); err != nil {
			t.Fatalf("%d %s: %v", a.status, a.body, err)
		}
		if _, there := said["errors"]; there != (a.status >= 400) || there && said["errors"] != true {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
}

// TestAnswersAreMadeInOnePlace: what is no success comes from newAnswer or invalid, or
// is a rejection, so that none is without {"errors":true}.
func TestAnswersAreMadeInOnePlace(t *testing.T) {
	files := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if function, ok := d.(*ast.FuncDecl); ok &&
				(function.Name.Name == "newAnswer" || function.Name.Name == "invalid") {
				continue
			}
			ast.Inspect(d, func(n ast.Node) bool {
				literal, ok := n.(*ast.CompositeLit)
				if !ok || len(literal.Elts) == 0 {
					return true
				}
				if name, ok := literal.Type.(*ast.Ident); !ok || name.Name != "answer" {
					return true
				}
				status := literal.Elts[0]
				if pair, ok := status.(*ast.KeyValueExpr); ok {
					status = pair.Value
				}
				if selector, ok := status.(*ast.SelectorExpr); !ok || selector.Sel.Name != "StatusOK" &&
					selector.Sel.Name != "Status" {
					t.Errorf("%s: an answer that is no success, made by hand", files.Position(literal.Pos()))
				}
				return true
			})
		}
	}
}
