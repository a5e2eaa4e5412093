package dojo_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// libraries says which packages may import a library; a name stands for
// everything below it. Those that are not here may be imported anywhere.
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
	"github.com/pquerna/otp":      {"factors", "web/webtest"},
	"github.com/boombuler":        {"factors"},
	"github.com/wneessen/go-mail": {"notify"},
	"github.com/labstack/echo":    {"web", "handlers", "handlers/api", "web/webtest"},
	"github.com/gorilla/sessions": {"session", "handlers"},
	"github.com/a-h/templ":        {"views/components", "views/layout", "views/pages"},
	"github.com/santhosh-tekuri":  {"records"},
	"github.com/gabriel-vasile":   {"records"},
	"github.com/xuri/excelize":    {"records"},
	"github.com/alecthomas/kong":  {"cmd/dojo", "config"},
	"github.com/chromedp":         {"journey"},

	"github.com/prometheus":              {"metrics"},
	"go.opentelemetry.io/otel/sdk":       {"traces"},
	"go.opentelemetry.io/otel/exporters": {"traces"},
	"net/http": {"cmd/dojo", "cmd/gallery", "gate", "handlers", "handlers/api", "journey", "oidc",
		"metrics", "records", "session", "static", "views/pages", "web", "web/webtest", "webhooks"},
	"testing": {"store/storetest", "web/webtest"},
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

// rooms reads the table of rooms in docs/architecture.md: by package, what it
// imports of this module.
func rooms(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	table := map[string][]string{}
	row := regexp.MustCompile("(?m)^\\| `([a-z/]+)` \\| [^|]+ \\| (none|`[a-z/]+`(?:, `[a-z/]+`)*) \\|$")
	for _, cells := range row.FindAllStringSubmatch(string(text), -1) {
		imports := []string{}
		if cells[2] != "none" {
			imports = strings.Split(strings.ReplaceAll(cells[2], "`", ""), ", ")
		}
		table[cells[1]] = imports
	}
	return table
}

// TestRoomsAndArrows compares the table with the code, both ways.
func TestRoomsAndArrows(t *testing.T) {
	table := rooms(t)
	for _, p := range packages(t) {
		room := strings.TrimPrefix(p.ImportPath, module)
		want, known := table[room]
		if !known {
			t.Errorf("%s is in no line of the table of rooms", room)
			continue
		}
		delete(table, room)
		got := []string{}
		for _, path := range p.Imports {
			if other, ours := strings.CutPrefix(path, module); ours {
				got = append(got, other)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s imports %v; the table of rooms says %v", room, got, want)
		}
	}
	for room := range table {
		t.Errorf("the table of rooms has %s, which does not exist", room)
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

// TestNoProgramImportsTests: storetest and webtest are for tests only.
func TestNoProgramImportsTests(t *testing.T) {
	for _, p := range packages(t) {
		for _, room := range []string{"store/storetest", "web/webtest"} {
			if slices.Contains(p.Imports, module+room) && p.ImportPath != module+"web/webtest" {
				t.Errorf("%s imports %s outside of its tests", p.ImportPath, room)
			}
		}
	}
}
