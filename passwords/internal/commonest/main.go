// Command commonest writes commonest.txt of the folder it is run in, from the
// list of the npm package @zxcvbn-ts/language-common (MIT), which is kept up to
// date and sorted by how often a password was seen. To renew it, in the folder
// passwords:
//
//	npm pack --pack-destination /tmp @zxcvbn-ts/language-common
//	tar -xzf /tmp/zxcvbn-ts-language-common-*.tgz -C /tmp
//	go run ./internal/commonest /tmp/package
//
// It keeps what Check can meet: passwords that are long enough to be chosen, and
// the commonest of the shorter ones, which are chosen with something around
// them.
package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dojo/passwords"
)

// first is how many of the commonest are kept when they are too short to be
// chosen alone.
const first = 10_000

func main() {
	if len(os.Args) != 2 {
		log.Fatal("give the folder of the unpacked package, such as /tmp/package")
	}
	text, err := os.ReadFile(filepath.Join(os.Args[1], "src", "passwords.json"))
	if err != nil {
		log.Fatal(err)
	}
	var ranked []string
	if err := json.Unmarshal(text, &ranked); err != nil {
		log.Fatal(err)
	}
	var kept []string
	for rank, password := range ranked {
		password = strings.ToLower(password)
		if long := utf8.RuneCountInString(password) >= passwords.MinLength; long || rank < first && isWord(password) {
			kept = append(kept, password)
		}
	}
	slices.Sort(kept)
	kept = slices.Compact(kept)
	if err := os.WriteFile("commonest.txt", []byte("\n"+strings.Join(kept, "\n")+"\n"), 0o644); err != nil {
		log.Fatal(err)
	}
	license, err := os.ReadFile(filepath.Join(os.Args[1], "LICENSE.txt"))
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("commonest-LICENSE.txt", license, 0o644); err != nil {
		log.Fatal(err)
	}
}

// isWord reports whether Check can meet the password when it has taken away the
// digits and signs around it.
func isWord(password string) bool {
	runes := []rune(password)
	return len(runes) >= passwords.MinWord && unicode.IsLetter(runes[0]) && unicode.IsLetter(runes[len(runes)-1])
}
