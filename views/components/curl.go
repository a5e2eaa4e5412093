package components

import (
	"fmt"

	"dojo/models"
)

// SecretPlaceholder stands in a command where a secret key goes.
const SecretPlaceholder = "YOUR_SECRET_KEY"

// InteractionCurl is a shell command that uploads one interaction with the key, or in a dry
// run has it checked only.
func InteractionCurl(apiURL, key string, dryRun bool) string {
	return upload(apiURL, "interactions"+dryRunQuery(dryRun), key, `{"type":"product_detail_page_view",
       "user_id":"user-1","product_ids":["product-1"]}`)
}

func dryRunQuery(dryRun bool) string {
	if dryRun {
		return "?" + models.DryRun + "=1"
	}
	return ""
}

// ProductCurl is a shell command that uploads one product; the secret key is left to fill in.
func ProductCurl(apiURL string) string {
	return upload(apiURL, "products", SecretPlaceholder, `{"product_id":"product-1","title":"Hon mirin"}`)
}

// UserCurl is a shell command that uploads one user; the secret key is left to fill in.
func UserCurl(apiURL string) string {
	return upload(apiURL, "users", SecretPlaceholder, `{"user_id":"user-1","name":"Aiko Mori"}`)
}

// ListCurl is a shell command that lists the ids of all products with a secret key.
func ListCurl(apiURL, key string) string {
	return fmt.Sprintf(`curl '%s/v1/products/_ids' \
  -H 'X-API-KEY: %s'`, apiURL, key)
}

// upload needs no quoting for the shell beyond what it has: an address of ours
// and a key hold no apostrophe.
func upload(apiURL, records, key, record string) string {
	return fmt.Sprintf(`curl '%s/v1/%s' \
  -H 'X-API-KEY: %s' \
  -H 'Content-Type: application/json' \
  -d '{"data":[
      %s]}'`, apiURL, records, key, record)
}
