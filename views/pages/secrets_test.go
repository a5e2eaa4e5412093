package pages_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestPagesTakeOnlyEnumsOfModels: a page may name a role or a state as models does,
// and gets no row of the database, in which a sealed key or a digest may be.
func TestPagesTakeOnlyEnumsOfModels(t *testing.T) {
	rows := map[string]bool{}
	for _, file := range parsed(t, "../../models/*.go") {
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				if _, basic := spec.Type.(*ast.Ident); !basic {
					rows[spec.Name.Name] = true
				}
			}
			return true
		})
	}
	if !rows["Key"] || rows["Role"] {
		t.Fatalf("of the types of models these are no enums: %v", rows)
	}
	var enums int
	for path, file := range parsed(t, "*.go") {
		ast.Inspect(file, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if from, ok := selector.X.(*ast.Ident); ok && from.Name == "models" {
				enums++
				if rows[selector.Sel.Name] {
					t.Errorf("%s takes a models.%s, which is more than an enum", path, selector.Sel.Name)
				}
			}
			return true
		})
	}
	if enums == 0 {
		t.Error("no page names anything of models: this test looks at the wrong files")
	}
}

// parsed parses the files that are no tests.
func parsed(t *testing.T, pattern string) map[string]*ast.File {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s: %v, %v", pattern, paths, err)
	}
	files := map[string]*ast.File{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files[path] = file
	}
	return files
}
