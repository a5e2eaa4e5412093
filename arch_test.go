package dojo_test

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rooms says what each package may import of this module. A package that is not
// here fails the test: a new room needs a line of its own, and a reason in
// docs/architecture.md.
var rooms = map[string][]string{
	"models":                          {},
	"vault":                           {},
	"passwords":                       {},
	"passwords/internal/commonest":    {"passwords"},
	"factors":                         {},
	"oidc":                            {"models"},
	"notify":                          {"models", "store"},
	"static":                          {},
	"config":                          {},
	"store":                           {"models", "store/database", "store/dataset", "vault"},
	"store/database":                  {"models"},
	"store/dataset":                   {"models", "store/database"},
	"store/storetest":                 {"models", "store", "vault"},
	"gate":                            {"models"},
	"evidence":                        {"models"},
	"records":                         {"models"},
	"samples":                         {"models", "records", "store"},
	"demo":                            {"evidence", "models", "passwords", "records", "samples", "store", "vault", "views/pages"},
	"views/components":                {},
	"views/components/internal/icons": {},
	"views/layout":                    {"static", "views/components"},
	"views/pages":                     {"static", "views/components", "views/layout"},
	"web/session":                     {"models", "store"},
	"handlers":                        {"factors", "models", "oidc", "passwords", "records", "static", "store", "views/components", "views/layout", "views/pages", "web/session"},
	"handlers/api":                    {"evidence", "gate", "models", "records", "store"},
	"web":                             {"config", "evidence", "factors", "gate", "handlers", "handlers/api", "models", "notify", "oidc", "passwords", "samples", "static", "store", "vault", "views/layout", "views/pages", "web/session"},
	"cmd/dojo":                        {"config", "demo", "models", "passwords", "store", "vault", "web"},
	"cmd/gallery":                     {"static", "views/layout", "views/pages"},
	"journey":                         {}, // runs the built program
}

// libraries says which packages may import a library; a name stands for
// everything below it. Those that are not here are nobody's concern.
var libraries = map[string][]string{
	"gorm.io":                     {"store", "store/database", "store/dataset"},
	"database/sql":                {"store/database", "store/dataset", "store/storetest"},
	"github.com/pressly/goose":    {"store/database"},
	"github.com/mattn/go-sqlite3": {"store/database", "store/storetest"},
	"github.com/jackc/pgx":        {"store/database", "store/storetest"},
	"github.com/gofrs/flock":      {"store/database"},
	"github.com/tink-crypto":      {"vault"},
	"golang.org/x/crypto":         {"passwords"},
	"golang.org/x/oauth2":         {"oidc"},
	"golang.org/x/time":           {"gate"},
	"github.com/coreos/go-oidc":   {"oidc"},
	"github.com/go-webauthn":      {"factors"},
	"github.com/pquerna/otp":      {"factors"},
	"github.com/boombuler":        {"factors"},
	"github.com/wneessen/go-mail": {"notify"},
	"github.com/labstack/echo":    {"web", "handlers", "handlers/api"},
	"github.com/gorilla/sessions": {"web/session", "handlers"},
	"github.com/a-h/templ":        {"views/components", "views/layout", "views/pages"},
	"github.com/santhosh-tekuri":  {"records"},
	"github.com/alecthomas/kong":  {"cmd/dojo", "config"},
	"github.com/chromedp":         {"journey"},
	"net/http":                    {"cmd/dojo", "cmd/gallery", "gate", "handlers", "handlers/api", "journey", "oidc", "records", "static", "views/pages", "web", "web/session"},
	"testing":                     {"store/storetest"},
}

const module = "dojo/"

// listed is what go list says of a package, without its tests.
type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) (all []listed) {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		if p.ImportPath != "dojo" { // this test
			all = append(all, p)
		}
	}
}

func TestArrows(t *testing.T) {
	found := map[string]bool{}
	for _, p := range packages(t) {
		room := strings.TrimPrefix(p.ImportPath, module)
		found[room] = true
		allowed, known := rooms[room]
		if !known {
			t.Errorf("%s is in no line of the table of rooms", room)
			continue
		}
		for _, path := range p.Imports {
			if other, ours := strings.CutPrefix(path, module); ours && !slices.Contains(allowed, other) {
				t.Errorf("%s imports %s, and may import %v", room, other, allowed)
			}
		}
	}
	for room := range maps.Keys(rooms) {
		if !found[room] {
			t.Errorf("the table of rooms has %s, which does not exist", room)
		}
	}
}

func TestLibrariesStayInTheirRooms(t *testing.T) {
	for _, p := range packages(t) {
		room := strings.TrimPrefix(p.ImportPath, module)
		for _, path := range p.Imports {
			for library, allowed := range libraries {
				if (path == library || strings.HasPrefix(path, library+"/")) && !slices.Contains(allowed, room) {
					t.Errorf("%s imports %s, and only %v may", room, path, allowed)
				}
			}
		}
	}
}

// TestNoProgramImportsTests: storetest is for tests only.
func TestNoProgramImportsTests(t *testing.T) {
	for _, p := range packages(t) {
		if slices.Contains(p.Imports, module+"store/storetest") {
			t.Errorf("%s imports store/storetest outside of its tests", p.ImportPath)
		}
	}
}
