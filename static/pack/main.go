// Command pack compresses the static files beforehand, as far as they get smaller: with brotli
// and with gzip, as small as they get. `go generate ./static` runs it in the package's folder.
package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/andybalholm/brotli"

	"dojo/static"
)

func main() {
	if err := pack("packed"); err != nil {
		log.Fatal(err)
	}
}

// pack writes the compressed files into the folder, and nothing else is left there.
func pack(folder string) error {
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	for address, content := range static.Contents() {
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
			path := filepath.Join(folder, filepath.FromSlash(address)+ending)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(path, small.Bytes(), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}
