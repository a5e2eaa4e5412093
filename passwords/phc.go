package passwords

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"

	"golang.org/x/crypto/argon2"
)

// parameters are Argon2's costs (RFC 9106, section 3.1).
type parameters struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

// current is what new hashes cost: one of the settings of equal strength that
// OWASP's Password Storage Cheat Sheet gives for Argon2id, and of those the one
// with the least memory. It fits into a processor's cache, so that hashing takes
// less time and less of what requests that must not wait need.
// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
var current = parameters{memory: 7 * 1024, passes: 5, threads: 1}

// maximal bounds what a stored hash may ask for, so that a forged row cannot
// take the machine's memory or time: RFC 9106's second recommendation (64 MiB,
// three passes, four threads), with passes to spare.
var maximal = parameters{memory: 64 * 1024, passes: 6, threads: 4}

// Lengths of new salts and keys, as RFC 9106, section 4 recommends, and the
// bounds for stored ones. Argon2 itself needs 8 bytes of salt.
const (
	saltBytes, keyBytes       = 16, 32
	minSaltBytes, minKeyBytes = 8, 16
	maxFieldBytes             = 64
)

// phc is a stored hash in the PHC string format,
// https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
type phc struct {
	parameters
	salt, key []byte
}

// String writes the hash as $argon2id$v=19$m=…,t=…,p=…$salt$key.
func (p phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.passes, p.threads,
		base64.RawStdEncoding.EncodeToString(p.salt), base64.RawStdEncoding.EncodeToString(p.key))
}

func (p phc) derive(password string) []byte {
	return argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.threads, uint32(len(p.key)))
}

// phcPattern holds the numbers to ten digits, more than any of them may have.
var phcPattern = regexp.MustCompile(
	`^\$argon2id\$v=19\$m=([1-9][0-9]{0,9}),t=([1-9][0-9]{0,9}),p=([1-9][0-9]{0,9})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$`)

// parsePHC reads what String writes, within maximal.
func parsePHC(encoded string) (phc, error) {
	match := phcPattern.FindStringSubmatch(encoded)
	if match == nil {
		return phc{}, ErrMalformed
	}
	memory, passes, threads := number(match[1]), number(match[2]), number(match[3])
	salt, saltErr := base64.RawStdEncoding.Strict().DecodeString(match[4])
	key, keyErr := base64.RawStdEncoding.Strict().DecodeString(match[5])
	switch {
	case saltErr != nil, keyErr != nil,
		threads > uint64(maximal.threads),
		passes > uint64(maximal.passes),
		// RFC 9106, section 3.1: at least eight blocks a thread.
		memory > uint64(maximal.memory), memory < 8*threads,
		len(salt) < minSaltBytes, len(salt) > maxFieldBytes,
		len(key) < minKeyBytes, len(key) > maxFieldBytes:
		return phc{}, ErrMalformed
	}
	return phc{parameters{uint32(memory), uint32(passes), uint8(threads)}, salt, key}, nil
}

// number reads digits that phcPattern has let through, so it cannot fail.
func number(digits string) uint64 {
	n, _ := strconv.ParseUint(digits, 10, 64)
	return n
}
