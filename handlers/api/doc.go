// Package api is the JSON side of Dojo: the uploads API under /v1, which follows
// Miso's public API (OpenAPI 1.1.4), and /verify, which says whether a key is
// good. It knows no cookies, no pages and no redirects; whoever calls is a
// program, and every answer it gets is one that a program can read.
//
// Every request passes [API.Around] first. Under /v1 the check of its key comes
// before anything else is said about it. Package web has the table of routes.
package api
