package gate_test

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"dojo/gate"
)

func TestRequestsThatCanBeReadInTwoWays(t *testing.T) {
	for _, c := range []string{
		// Slashes.
		"POST /v1/interactions/", "GET /v1/products/", "GET /v1/products/_ids/", "GET /v1/products/1/",
		"POST //v1/interactions",
		"POST /v1//products", "GET /v1/x//y", "GET /v1/search//", "GET /v1//", "GET //", "GET v1/products", "GET ",
		"GET http://host/v1/x",

		// Segments that lead elsewhere, as they are and encoded, once and more often.
		"GET /v1/../admin", "GET /v1/./x", "GET /v1/x/..", "GET /v1/%2e%2e/admin", "GET /v1/x/%2E./y",
		"GET /v1/%252e%252e/admin",
		"GET /v1/x/..%2fadmin", "GET /v1/x/..%252Fadmin", "GET /v1/x/a%2F%2E%2E%2Fb", "GET /v1/x/...",
		"GET /v1/x/..%20", "GET /v1/x/%20",
		"GET /v1/products/..", "POST /v1/products/%2e%2e/search", "GET /v1/x/%252e%252e%2f%25zz",

		// What some systems do not see at the end of a name, or behind a semicolon.
		"POST /v1/products.", "POST /v1/products%20", "POST /v1/products%20/x", "POST /v1/%20products", "GET /v1/x/y.",
		"GET /v1/x/y%2e",
		"POST /v1/;x/products", "POST /v1/products;x", "POST /v1/products%3Bx", "GET /v1;x/y", "GET /v1/x/y;z=1",
		"POST /v1/products/_delete%20",

		// Backslashes, control characters, encodings.
		`GET /v1/x\y`, "GET /v1/x%5cy", "GET /v1/..%5cadmin", `GET \v1\x`, "GET /v1/%00",
		"GET /v1/x%0d%0aX-Dojo-Team:%20forged", "GET /v1/x\ty", "GET /v1/x%7f",
		"GET /v1/x%2500", "GET /v1/x/%2525252541", "GET /v1/%c0%af", "GET /v1/x%c0%ae%c0%ae/y", "GET /v1/x%ff",
		"GET /v1/x%zz", "GET /v1/x%", "GET /v1/x%4", "GET /v1/x y", "GET /v1/ü", "GET /v1/x#y",

		// Names that are not written as they are.
		"POST /v1/%69nteractions", "POST /v1/products%2F1", "POST /v1/%2Fproducts", "GET /%761/products", "GET /v%31/x",
		"GET /V1/products", "GET /%561/x",
		"POST /v1/Products", "POST /v1/INTERACTIONS", "GET /v1/OpenAPI.json", "POST /v1/u%C5%BFers",
		"POST /v1/%70roducts", "POST /v1/%2570roducts", "POST /v1/search%2Fproducts",
		"POST /v1%2Fproducts", "POST /%2Fv1/products", "POST /%252F%2576%31/x",

		// Methods.
		"post /v1/interactions", "Get /v1/x", "GET\t /v1/x", " /v1/x", "G3T /v1/x",
	} {
		method, path, _ := strings.Cut(c, " ")
		if gate.RequestOf(method, path).Fault == "" {
			t.Errorf("%q passes", c)
		}
	}
}

func TestRequestsThatCanBeReadInOneWay(t *testing.T) {
	for _, c := range []string{
		"POST /v1/interactions", "GET /v1/products/_ids", "POST /v1/users/_delete", "GET /v1/products/_status/abc",
		"GET /v1/openapi.json",
		"GET /v1/", "GET /v1", "GET /", "GET /v1/search/", "POST /v1/search/search", "BREW /v1/x", "M-SEARCH /v1/x",
		"OPTIONS /v1/x",

		// An id may hold anything.
		"GET /v1/products/p%202%2F%C3%BC", "GET /v1/products/a%3Bb", "GET /v1/products/a;b", "DELETE /v1/users/%2F",
		"GET /v1/users/a%2F..%2Fb", "GET /v1/users/J.R.", "GET /v1/users/%2E%2E",
		"GET /v1/users/%20x%20", "GET /v1/products/%252F", "GET /v1/products/50%25%2F2", "GET /v1/products/a%5Cb",
		"GET /v1/products/_x",

		// So may paths of the API behind Dojo, as long as they lead nowhere else.
		"GET /v1/x/https:%2F%2Fshop.example%2F1", "GET /v1/x/a%2Fb%20c", "GET /v1/x/caf%C3%A9", "GET /v1/x/.well-known",
		"GET /v1/x/a..b", "GET /v1/x/50%25",
		"GET /v1/x/jane@shop.example", "GET /v1/productsx/1", "GET /v1/x/Products", "GET /orders/17", "GET /orders/",
		"GET /caf%C3%A9", "GET /v10/x", "GET /~a/b,c=d+e",
	} {
		method, path, _ := strings.Cut(c, " ")
		if fault := gate.RequestOf(method, path).Fault; fault != "" {
			t.Errorf("%q is refused: %s", c, fault)
		}
	}
}

func TestRequestsThatNameAnother(t *testing.T) {
	for _, c := range []struct {
		query, header string
		refused       bool
	}{
		{"", "", false},
		{"", "X-HTTP-Method-Override: POST", false}, // its own
		{"", "X-HTTP-Method-Override: DELETE", true},
		{"", "x-http-method: PUT", true},
		{"", "X-Method-Override: delete", true},
		{"", "X-HTTP-Method-Override: post", true},
		{"", "X-Rewrite-URL: /v1/products", true},
		{"", "X-Request-Id: 1", false},
		{"_method=DELETE", "", true},
		{"a=1&%5Fmethod=DELETE", "", true},
		{"_METHOD=DELETE", "", true},
		{"method=DELETE", "", false},
		{"q=_method", "", false},
	} {
		header := http.Header{}
		if name, value, ok := strings.Cut(c.header, ": "); ok {
			header.Set(name, value)
		}
		got := gate.RequestOf("POST", "/v1/search").Overridden("POST", c.query, header)
		if (got.Fault != "") != c.refused {
			t.Errorf("?%s, %s: %q", c.query, c.header, got.Fault)
		}
	}
}

// readings is a path as programs behind Dojo may read it.
func readings(p string) []string {
	all := []string{p}
	for range 4 {
		decoded, err := url.PathUnescape(p)
		if err != nil {
			decoded = gate.Decode(p)
		}
		p = decoded
		all = append(all, p)
	}
	for _, reading := range all {
		unparametered := make([]string, 0, 8)
		for segment := range strings.SplitSeq(strings.ReplaceAll(reading, `\`, "/"), "/") {
			segment, _, _ = strings.Cut(segment, ";")
			unparametered = append(unparametered, strings.TrimRight(segment, ". "))
		}
		all = append(all, path.Clean(reading), path.Clean(strings.ReplaceAll(reading, `\`, "/")),
			strings.Join(unparametered, "/"), strings.TrimRight(reading, "/"))
	}
	for _, reading := range all {
		all = append(all, strings.ToLower(reading))
	}
	return all
}

// family is the part of a path by which it is decided whether Dojo or the upstream answers it.
func family(p string) string {
	parts := strings.Split(p, "/")
	if len(parts) < 2 || parts[1] != "v1" {
		return ""
	}
	if len(parts) == 2 {
		return "theirs"
	}
	switch parts[2] {
	case "interactions", "products", "users", "openapi.json":
		return parts[2]
	}
	return "theirs"
}

// However a path is read, the gate has judged that path, or refused it, or judged it
// as what is most closely kept: Dojo's own, which are writes.
func FuzzPath(f *testing.F) {
	for _, p := range []string{
		"/v1/products", "/v1/products%20", "/v1/;x/products", "/v1/x/..%2fproducts", "//v1/x", "/V1/x",
		"/v1/search/%252e%252e/products", "/v1/products/a%2Fb",
		`/v1/x\..\products`, "/v1/search/", "/v1/%zz%2e%2e/", "/v1/users./x", "/a/../v1/products",
	} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, p string) {
		judged := gate.RequestOf(http.MethodPost, p)
		if judged.Fault != "" {
			return
		}
		for _, reading := range readings(p) {
			if !gate.IsFamily(p) && (family(reading) != family(p) || strings.Contains(reading, "/../")) {
				t.Fatalf("%q may be read as %q", p, reading)
			}
		}
		if gate.IsFamily(p) && !judged.Write {
			t.Fatalf("a POST to %q is no write", p)
		}
		if judged.Interactions != (p == "/v1/interactions") {
			t.Fatalf("%q is open to publishable keys", p)
		}
	})
}
