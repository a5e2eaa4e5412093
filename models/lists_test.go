package models_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"dojo/models"
)

// constants returns the values of all constants of a type that a file of this
// package declares, in their order.
func constants(t *testing.T, file, typeName string) (all []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); !ok || name.Name != typeName {
			return true
		}
		text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
		return true
	})
	return all
}

func texts[T ~string](values []T) []string {
	all := make([]string, len(values))
	for i, value := range values {
		all[i] = string(value)
	}
	return all
}

// TestListsAreWhole: a list of all values of a type has every constant that the
// source declares, in its order. Other tests walk the lists, and so miss none.
func TestListsAreWhole(t *testing.T) {
	for _, list := range []struct {
		file, typeName string
		listed         []string
	}{
		{"audit.go", "AuditAction", texts(models.AuditActions())},
		{"environment.go", "EnvironmentKind", texts(models.EnvironmentKinds())},
		{"error.go", "Code", texts(models.Codes())},
		{"key.go", "KeyKind", texts(models.KeyKinds())},
		{"key.go", "KeyState", texts(models.KeyStates())},
		{"key.go", "RevokeReason", texts(models.RevokeReasons())},
		{"link.go", "LinkPurpose", texts(models.LinkPurposes())},
		{"mail.go", "MailKind", texts(models.MailKinds())},
		{"outcome.go", "Outcome", texts(append([]models.Outcome{models.Accepted}, models.Endings()...))},
		{"permission.go", "Action", texts(models.Actions())},
		{"permission.go", "Role", texts(models.Roles())},
		{"refusal.go", "FixPage", texts(models.FixPages())},
		{"refusal.go", "Outcome", texts(models.Refusals())},
		{"unlock_request.go", "UnlockState", texts(models.UnlockStates())},
		{"webhook.go", "WebhookFormat", texts(models.WebhookFormats())},
		{"use.go", "ExposureKind", texts(models.ExposureKinds())},
	} {
		declared := constants(t, list.file, list.typeName)
		if len(declared) == 0 || !slices.Equal(declared, list.listed) {
			t.Errorf("%s declares the %s\n%q\nand the list has\n%q", list.file, list.typeName, declared, list.listed)
		}
	}
}
