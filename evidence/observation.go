package evidence

import "dojo/models"

// Observation is one request to the API, as the collector is told of it. Its texts
// may be the request's own, with keys in them: what is kept is copied and cleaned.
type Observation struct {
	models.Request // with neither EnvironmentID nor KeyID when no team has the key

	KeyKind     models.KeyKind
	Environment models.EnvironmentKind

	Browser      bool // it came with a header that only browsers send
	InQuery      bool // the key stood in the query
	Interactions bool // it is the one endpoint that publishable keys open
}
