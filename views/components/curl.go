package components

import "fmt"

// SecretPlaceholder stands in a command where a secret key goes.
const SecretPlaceholder = "YOUR_SECRET_KEY"

// InteractionCurl is a shell command that uploads one interaction with the key.
func InteractionCurl(apiURL, key string) string {
	return upload(apiURL, "interactions", key, `{"type":"product_detail_page_view",
       "user_id":"user-1","product_ids":["product-1"]}`)
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
