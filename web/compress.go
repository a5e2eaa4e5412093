package web

import (
	"net/http"

	"github.com/klauspost/compress/gzhttp"
)

// compress sends pages compressed with gzip to browsers that take it. A secret is shown only in an
// answer to a POST, and those are sent as they are: with what a visitor can have repeated beside it,
// its length would give it away bit by bit (BREACH). What is downloaded is left alone too.
func compress(pages http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.ContentTypes([]string{"text/html"}), gzhttp.MinSize(1000))
	if err != nil {
		panic(err) // the options are wrong
	}
	small := wrap(pages)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			small.ServeHTTP(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	})
}
