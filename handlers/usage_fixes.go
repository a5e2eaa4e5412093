package handlers

import (
	"strings"

	"dojo/models"
	"dojo/views/components"
	"dojo/views/layout"
	"dojo/views/pages"
)

// fixes says how to set right what made the request fail, each with the page where
// it is done.
func (e explained) fixes() []pages.Fix {
	keys := func(text string) pages.Fix {
		return pages.Fix{Text: text, Link: "API keys", Href: e.at(layout.Keys, "")}
	}
	settings := func(text string) pages.Fix {
		return pages.Fix{Text: text, Link: "Environment settings", Href: e.at(layout.EnvironmentSettings, "")}
	}
	switch e.request.Outcome {
	case models.NoKey:
		return []pages.Fix{
			keys("Send the key in the header X-API-KEY."),
			{Text: "If the program reads it from an environment variable, look whether that is set where it runs."},
		}
	case models.AmbiguousKey:
		return []pages.Fix{{Text: "Send the key in one place, best in the header X-API-KEY, and take it out of the address."}}
	case models.MalformedKey:
		return []pages.Fix{
			keys("Copy the key anew, whole."),
			{Text: "Often it was cut off, has quotes, spaces or a line break around it, or is the name of a variable in place of its value."},
		}
	case models.UnknownKey:
		return []pages.Fix{
			keys("Copy the key anew."),
			{Text: "Often a letter of it is wrong, or it is a key of another installation of Dojo: look at the host that the request went to."},
		}
	case models.KeyIsRevoked, models.KeyIsRetired:
		return []pages.Fix{keys(e.exchange())}
	case models.NeverUnlocked, models.AgreementEnded:
		return []pages.Fix{e.unlock()}
	case models.SecretKeyNeeded:
		return []pages.Fix{
			keys("Call this endpoint from your server, with the secret key."),
			{Text: "Never put the secret key into a web page or an app."},
		}
	case models.SecretFromBrowser:
		return []pages.Fix{
			keys("Let the page use the publishable key, or ask a server of yours. The secret key has been seen by a browser: revoke it."),
			settings("If a browser is to send it all the same, accept it from browsers."),
		}
	case models.OriginNotAllowed:
		return []pages.Fix{
			settings("If " + e.request.Origin + " is yours, add it to the allowed origins."),
			{Text: "If it is not, somebody uses your publishable key on a page of theirs, and is refused."},
		}
	case models.PlaygroundReadOnly:
		return []pages.Fix{{
			Text: "Use the keys of Development: its data is your own.", Link: "Keys of Development",
			Href: layout.Href(e.team.Slug, string(models.Development), layout.Keys),
		}}
	case models.RateLimited:
		return []pages.Fix{{Text: "Wait as long as Retry-After says, and send more records in each request: up to 10,000."}}
	case models.GateUnavailable, models.Failed:
		return []pages.Fix{{Text: "Send the request again in a few seconds."}}
	case models.Rejected:
		return []pages.Fix{{Text: "Read the answer’s body. With ?dry_run=1 a batch is checked without being written, until it is right."}}
	case models.Missed:
		return []pages.Fix{e.lookUp()}
	}
	return nil
}

// exchange says which key to put in the place of the one that was shown.
func (e explained) exchange() string {
	kind := models.Secret
	if key := e.key(); key != nil {
		kind = key.Kind
	}
	where := ""
	if e.request.Address != "" {
		where = " at " + e.request.Address + " (" + components.Program(e.request.UserAgent) + ")"
	}
	if activeKey(e.keys, kind) == nil {
		return "There is no " + string(kind) + " key: get a new one, and put it into the program" + where + "."
	}
	return "Put the " + string(kind) + " key that is active now into the program" + where + "."
}

// unlock leads to where an unlock is requested, unless that is over.
func (e explained) unlock() pages.Fix {
	name := e.environment.Kind.Name()
	if e.environment.Unlocked(e.handlers.Store.Now()) {
		return pages.Fix{Text: name + " is unlocked now: send the request again."}
	}
	return pages.Fix{Text: "Request an unlock. The keys stay the same.", Link: name, Href: e.at(layout.Overview, "")}
}

// lookUp leads to the records among which the request looked.
func (e explained) lookUp() pages.Fix {
	switch {
	case strings.Contains(e.request.Endpoint, "/products"):
		return pages.Fix{Text: "Look whether the product is in this environment.", Link: "Catalog", Href: e.at(layout.Catalog, "")}
	case strings.Contains(e.request.Endpoint, "/users"):
		return pages.Fix{Text: "Look whether the user is in this environment.", Link: "Users", Href: e.at(layout.Users, "")}
	}
	return pages.Fix{Text: "Compare the path with the endpoints of the API."}
}
