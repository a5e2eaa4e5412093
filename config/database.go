package config

import (
	"net/url"
	"strings"
)

// checkDatabaseURL looks only at the form. It never quotes a PostgreSQL URL,
// which may hold a password.
func checkDatabaseURL(text string) error {
	scheme, rest, found := strings.Cut(text, ":")
	switch {
	case !found:
		return problem("database-url",
			"does not say which database; write sqlite:PATH, such as sqlite:data/dojo.db, or "+
				"postgres://USER:PASSWORD@HOST/NAME")
	case scheme == "sqlite":
		return checkSQLitePath(rest)
	case scheme == "postgres" || scheme == "postgresql":
		return checkPostgres(rest)
	}
	return problem("database-url", "begins with %q, but only sqlite: and postgres:// are known", scheme+":")
}

func checkSQLitePath(path string) error {
	switch {
	case path == "":
		return problem("database-url", "names no file; write sqlite:PATH, such as sqlite:data/dojo.db")
	case strings.HasPrefix(path, "//"):
		return problem("database-url",
			"has // before the path; write sqlite:data/dojo.db, or sqlite:/var/lib/dojo/dojo.db from the root")
	case strings.Contains(path, "?"):
		return problem("database-url",
			"has options behind the path; leave out the ? and what follows, Dojo sets them itself")
	case strings.HasPrefix(path, ":memory:"):
		return problem("database-url",
			"is a database in memory, which is gone after a restart; name a file, such as sqlite:data/dojo.db")
	}
	return nil
}

// checkPostgres leaves all but the beginning to the driver, which knows forms
// that net/url does not, such as several hosts.
func checkPostgres(rest string) error {
	if strings.TrimPrefix(rest, "//") == rest || rest == "//" {
		return problem("database-url", "names no server; write postgres://USER:PASSWORD@HOST/NAME")
	}
	return nil
}

// redactDatabaseURL is the URL without what may be secret: the password and
// the options, of which some are passwords too.
func redactDatabaseURL(text string) string {
	if strings.HasPrefix(text, "sqlite:") {
		return text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return "postgres://…"
	}
	shown := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if u.User != nil {
		shown.User = url.User(u.User.Username())
	}
	return shown.String()
}
