// Command pack compresses the static files beforehand, as far as they get smaller: without what only people read
// in them, and with brotli and with gzip, as small as they get. `go generate ./static` runs it in the package's folder.
package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"log"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/js"

	"dojo/static"
)

func main() {
	if err := pack("packed"); err != nil {
		log.Fatal(err)
	}
}

// minified leaves comments and the like out of stylesheets and scripts. The names that scripts share stay.
func minified(address string, content []byte) ([]byte, error) {
	m := minify.New()
	m.AddFunc(".css", css.Minify)
	m.AddFunc(".js", js.Minify)
	ending := path.Ext(address)
	if _, _, known := m.Match(ending); known == nil || strings.Contains(address, ".min.") {
		return content, nil
	}
	return m.Bytes(ending, content)
}

// pack writes the compressed files into the folder, and nothing else is left there.
func pack(folder string) error {
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	for address, content := range static.Contents() {
		content, err := minified(address, content)
		if err != nil {
			return err
		}
		for ending, compress := range map[string]func(io.Writer) io.WriteCloser{
			".br": func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, brotli.BestCompression) },
			".gz": func(w io.Writer) io.WriteCloser {
				z, _ := gzip.NewWriterLevel(w, gzip.BestCompression) // it fails for unknown levels only
				return z
			},
		} {
			var small bytes.Buffer
			w := compress(&small)
			if _, err := w.Write(content); err != nil {
				return err
			}
			if err := w.Close(); err != nil {
				return err
			}
			if small.Len() >= len(content) {
				continue
			}
			name := filepath.Join(folder, filepath.FromSlash(address)+ending)
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(name, small.Bytes(), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}
