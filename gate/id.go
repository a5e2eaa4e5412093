package gate

import "encoding/binary"

// id is an id of models.NewID in 17 bytes: 26 digits of base32 carry 130 bits. Of the last byte only
// two bits are needed, so that it can say that the id is of another form.
type id [17]byte

const (
	idDigits  = 26
	idLetters = "abcdefghijklmnopqrstuvwxyz234567"
	// elsewhere, in the last byte, says that the id's text stands in the page, and that the
	// first eight bytes say where.
	elsewhere = 0xff
)

// packID returns the id, or false when it is not of the form of models.NewID.
func packID(text string) (packed id, ok bool) {
	if len(text) != idDigits {
		return id{}, false
	}
	var bits, have uint
	at := 0
	for i := range idDigits {
		digit, ok := idDigit(text[i])
		if !ok {
			return id{}, false
		}
		bits, have = bits<<5|digit, have+5
		if have >= 8 {
			have -= 8
			packed[at] = byte(bits >> have)
			at++
		}
	}
	packed[at] = byte(bits & 3)
	return packed, true
}

func idDigit(c byte) (digit uint, ok bool) {
	switch {
	case 'a' <= c && c <= 'z':
		return uint(c - 'a'), true
	case '2' <= c && c <= '7':
		return uint(c-'2') + 26, true
	}
	return 0, false
}

// text returns what packID was given.
func (packed *id) text() string { return string(packed.appendText(nil)) }

func (packed *id) appendText(text []byte) []byte {
	var bits, have uint
	at := 0
	for range idDigits {
		if have < 5 {
			width := uint(8)
			if at == len(packed)-1 {
				width = 2
			}
			bits, have = bits<<width|uint(packed[at]), have+width
			at++
		}
		have -= 5
		text = append(text, idLetters[bits>>have&31])
	}
	return text
}

// is is ==, but compares most ids in one step: a load does so with thirty for each
// environment.
func (packed *id) is(other *id) bool {
	return binary.LittleEndian.Uint64(packed[:]) == binary.LittleEndian.Uint64(other[:]) && *packed == *other
}
