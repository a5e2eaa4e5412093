package components

import (
	"fmt"
	"strings"
)

// Code is a program in one language that does the same as those beside it. Each
// runs as it stands; the secret key comes from the environment variable
// DOJO_SECRET_KEY.
type Code struct {
	ID       string // unique among those beside it
	Language string
	Hint     string // what it takes to run it; may be empty
	Text     string
}

// secretHint says where programs for servers find the secret key.
const secretHint = "For your server: set DOJO_SECRET_KEY to the secret key first."

// InteractionCode uploads one interaction: from web pages with the publishable
// key, and from servers with the secret one. In a dry run those for servers have it
// checked only; the published client cannot.
func InteractionCode(apiURL, publishable string, dryRun bool) []Code {
	forPages := "For web pages, with the published client: npm install @miso.ai/client-sdk"
	if dryRun {
		forPages += ". It writes."
	}
	query := dryRunQuery(dryRun)
	return []Code{
		{"curl", "curl", "", InteractionCurl(apiURL, publishable, dryRun)},
		{"javascript", "JavaScript", forPages, fill(javaScriptUpload, apiURL, publishable)},
		{"go", "Go", secretHint, fill(strings.Replace(goUpload, "/interactions", "/interactions"+query, 1), apiURL, "")},
		{"python", "Python", secretHint,
			fill(strings.Replace(pythonUpload, "/interactions", "/interactions"+query, 1), apiURL, "")},
	}
}

// ReadingCode lists the ids of all products, which takes the secret key.
func ReadingCode(apiURL string) []Code {
	return []Code{
		{"curl", "curl", "Set DOJO_SECRET_KEY to the secret key first.", fmt.Sprintf(`curl '%s/v1/products/_ids' \
  -H "X-API-KEY: $DOJO_SECRET_KEY"`, apiURL)},
		{"go", "Go", secretHint, fill(goRead, apiURL, "")},
		{"python", "Python", secretHint, fill(pythonRead, apiURL, "")},
	}
}

// fill puts the address and the key into a program. Both are ours and need no
// quoting in any of the languages.
func fill(program, apiURL, key string) string {
	return strings.NewReplacer("API_URL", apiURL, "PUBLISHABLE_KEY", key).Replace(program)
}

const javaScriptUpload = `import MisoClient from '@miso.ai/client-sdk';

const miso = new MisoClient({
  apiKey: 'PUBLISHABLE_KEY',
  apiHost: 'API_URL/v1',
});

await miso.api.interactions.upload({
  type: 'product_detail_page_view',
  product_ids: ['product-1'],
});`

const goUpload = `package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
)

func main() {
	body := ` + "`" + `{"data":[{"type":"product_detail_page_view",
		"user_id":"user-1","product_ids":["product-1"]}]}` + "`" + `
	request, err := http.NewRequest("POST", "API_URL/v1/interactions", strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("X-API-KEY", os.Getenv("DOJO_SECRET_KEY"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(response.Status, string(answer))
}`

const goRead = `package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	request, err := http.NewRequest("GET", "API_URL/v1/products/_ids", nil)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("X-API-KEY", os.Getenv("DOJO_SECRET_KEY"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(response.Status, string(answer))
}`

const pythonUpload = `import json
import os
import urllib.request

interaction = {
    "type": "product_detail_page_view",
    "user_id": "user-1",
    "product_ids": ["product-1"],
}
request = urllib.request.Request(
    "API_URL/v1/interactions",
    data=json.dumps({"data": [interaction]}).encode(),
    headers={
        "Content-Type": "application/json",
        "X-API-KEY": os.environ["DOJO_SECRET_KEY"],
    },
)
with urllib.request.urlopen(request) as response:
    print(response.status, response.read().decode())`

const pythonRead = `import os
import urllib.request

request = urllib.request.Request(
    "API_URL/v1/products/_ids",
    headers={"X-API-KEY": os.environ["DOJO_SECRET_KEY"]},
)
with urllib.request.urlopen(request) as response:
    print(response.status, response.read().decode())`
