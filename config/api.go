package config

import "net/url"

// maxRateLimit is the highest RateLimit, in requests a second. More than that is
// no limit, and twice as much must still be a number of requests.
const maxRateLimit = 1_000_000

// UpstreamURL returns where the other paths under /v1 are handed on to. It is
// false when no upstream is set.
func (c *Config) UpstreamURL() (upstream *url.URL, ok bool) {
	upstream, err := parseUpstream(c.Upstream)
	return upstream, err == nil && upstream != nil
}

// parseUpstream reads the upstream's URL; nil when there is none. The URL is not
// quoted: it may hold a password.
func parseUpstream(text string) (*url.URL, error) {
	if text == "" {
		return nil, nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "":
		return nil, problem("upstream",
			"is not a web address; write it like http://10.0.0.5:9000, and characters such as @ or / in a password "+
				"as %%40 or %%2F")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, problem("upstream", "has something behind the path; end it there")
	case u.Port() != "" && !isPort(u.Port(), 1):
		return nil, problem("upstream", "has the port %s; use one from 1 to 65535", u.Port())
	}
	return u, nil
}

func (c *Config) checkRateLimit() error {
	if c.RateLimit < 0 || c.RateLimit > maxRateLimit {
		return problem("rate-limit",
			"is %d; give the requests a second that an environment may make, up to %d, or 0 for no limit", c.RateLimit,
			maxRateLimit)
	}
	return nil
}

// redactUpstream is the URL without the password.
func redactUpstream(text string) string {
	upstream, err := parseUpstream(text)
	switch {
	case err != nil:
		return "http://…"
	case upstream == nil:
		return ""
	case upstream.User != nil:
		upstream.User = url.User(upstream.User.Username())
	}
	return upstream.String()
}

func (c *Config) checkKeysInMemory() error {
	if c.KeysInMemory < 0 {
		return problem("keys-in-memory", "is %d; give how many keys to hold at most, or 0 for all", c.KeysInMemory)
	}
	return nil
}
