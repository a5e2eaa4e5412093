package pages

// Leaving sends the visitor on to the OpenID Connect provider. It is a page and
// no redirect, since a browser that lets forms lead to this site only would stop
// at a redirect elsewhere.
type Leaving struct {
	Base
	// Issuer is the provider's name and To the address there.
	Issuer string
	To     string
}

// Resume is the page after a proof at the OpenID Connect provider: Continue posts
// the form that asked for it, as it was typed.
type Resume struct {
	Base
	Action string
	Fields []FormField
	Back   string
}
