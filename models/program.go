package models

import "strings"

// programs are the parts of a browser's user agent that tell which one it is. The
// first that is found counts: each browser also names those that it descends from.
var programs = []struct{ part, name string }{
	{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"HeadlessChrome/", "Headless Chrome"},
	{"Chrome/", "Chrome"}, {"Safari/", "Safari"},
}

// systems are the parts that tell on what it runs, again the most telling first.
var systems = []struct{ part, name string }{
	{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"},
	{"CrOS", "ChromeOS"}, {"Linux", "Linux"},
}

// maxProgram is how much of a name that nobody knows is shown.
const maxProgram = 32

// Program is the short name of the program that sends a user agent, with its version where it is no
// browser: "Chrome on macOS", "curl 8.5", "Go program". It is what the program says of itself, which anybody
// can make up.
func Program(userAgent string) string {
	name, version := programOf(userAgent)
	return cutProgram(strings.TrimSpace(name + " " + shortVersion(version)))
}

// ProgramName is Program without the version, so that a newer one of the same program has the same name.
func ProgramName(userAgent string) string {
	name, _ := programOf(userAgent)
	return cutProgram(name)
}

// programOf tells a program's name from its version, which is empty where it is not named.
func programOf(userAgent string) (name, version string) {
	product, _, _ := strings.Cut(userAgent, " ")
	name, version, _ = strings.Cut(product, "/")
	switch {
	case name == "":
		return "Unnamed program", ""
	case strings.HasPrefix(userAgent, "Mozilla/"):
		return browserName(userAgent), ""
	case name == "Go-http-client":
		return "Go program", ""
	case name == "Python-urllib":
		name = "Python"
	case name == "node":
		name = "Node.js"
	}
	return name, version
}

func browserName(userAgent string) string {
	name := "Browser"
	for _, p := range programs {
		if strings.Contains(userAgent, p.part) {
			name = p.name
			break
		}
	}
	for _, s := range systems {
		if strings.Contains(userAgent, s.part) {
			return name + " on " + s.name
		}
	}
	return name
}

// shortVersion keeps the first two numbers: "8.5.0" is "8.5".
func shortVersion(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Join(parts[:min(len(parts), 2)], ".")
}

func cutProgram(text string) string {
	if runes := []rune(text); len(runes) > maxProgram {
		return string(runes[:maxProgram]) + "…"
	}
	return text
}
