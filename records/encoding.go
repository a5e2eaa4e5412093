package records

import (
	"bytes"
	"io"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	utf16 "golang.org/x/text/encoding/unicode"
)

// UTF8 is the encoding that needs no conversion.
const UTF8 = "UTF-8"

const (
	utf16LE     = "UTF-16LE"
	utf16BE     = "UTF-16BE"
	windows1252 = "Windows-1252"
	windows1251 = "Windows-1251"
	shiftJIS    = "Shift JIS"
	gb18030     = "GB18030"
)

// encodings are those that a file may be said to be in; nil: as it is.
var encodings = map[string]encoding.Encoding{
	UTF8:           nil,
	utf16LE:        utf16.UTF16(utf16.LittleEndian, utf16.IgnoreBOM),
	utf16BE:        utf16.UTF16(utf16.BigEndian, utf16.IgnoreBOM),
	windows1252:    charmap.Windows1252,
	"Windows-1250": charmap.Windows1250,
	windows1251:    charmap.Windows1251,
	"Windows-1253": charmap.Windows1253,
	"Windows-1254": charmap.Windows1254,
	"ISO-8859-15":  charmap.ISO8859_15,
	"Mac Roman":    charmap.Macintosh,
	shiftJIS:       japanese.ShiftJIS,
	"EUC-JP":       japanese.EUCJP,
	gb18030:        simplifiedchinese.GB18030,
	"Big5":         traditionalchinese.Big5,
	"EUC-KR":       korean.EUCKR,
}

// Encodings are the names of those that a file may be in, the likeliest first.
func Encodings() []string {
	return []string{UTF8, windows1252, utf16LE, utf16BE, "Windows-1250", windows1251, "Windows-1253", "Windows-1254",
		"ISO-8859-15", "Mac Roman", shiftJIS, "EUC-JP", gb18030, "Big5", "EUC-KR"}
}

// recognizeEncoding reads the text to its end. There is a doubt where nothing in it says what it is: it is not UTF-8,
// and any bytes are Windows-1252. Then it is what the beginning looks like.
func recognizeEncoding(text io.Reader) (name string, doubt bool, err error) {
	buffer := make([]byte, 64<<10)
	n, err := io.ReadFull(text, buffer)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return "", false, err
	}
	if name := wide(buffer[:n]); name != "" {
		return name, false, nil
	}
	likely := likelyEncoding(buffer[:n])
	valid, invalid := 0, 0
	for rest := n; ; {
		good, bad, left := runes(buffer[:rest], err != nil)
		valid, invalid = valid+good, invalid+bad
		if err != nil {
			break
		}
		copy(buffer, buffer[rest-left:rest])
		n, err = io.ReadFull(text, buffer[left:])
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return "", false, err
		}
		rest = left + n
	}
	if invalid > valid {
		return likely, true, nil
	}
	return UTF8, invalid > 0, nil
}

// likelyEncoding tells writings by where the bytes beyond ASCII are. In Western Europe they stand alone among letters
// of ASCII, and elsewhere side by side: as Cyrillic letters, most of them small, or as halves of characters.
func likelyEncoding(text []byte) string {
	high, beside, small := 0, 0, 0
	for i, b := range text {
		if b < utf8.RuneSelf {
			continue
		}
		high++
		if i > 0 && text[i-1] >= utf8.RuneSelf || i+1 < len(text) && text[i+1] >= utf8.RuneSelf {
			beside++
		}
		if b >= 0xe0 {
			small++
		}
	}
	switch {
	case beside*10 < high*7:
		return windows1252
	case small*10 > high*7:
		return windows1251
	}
	for _, name := range []string{shiftJIS, gb18030} {
		// What is cut off at the end is no character, and kana are in every Japanese text.
		decoded, _ := encodings[name].NewDecoder().Bytes(text)
		wrong, kana := bytes.Count(decoded, []byte("\uFFFD")), 0
		for _, r := range string(decoded) {
			if unicode.In(r, unicode.Hiragana, unicode.Katakana) {
				kana++
			}
		}
		if wrong <= 1 && (name != shiftJIS || kana*20 > high) {
			return name
		}
	}
	return windows1252
}

// runes counts the characters beyond ASCII, and the bytes that are none. What may be the beginning of one is left.
func runes(text []byte, last bool) (good, bad, left int) {
	for len(text) > 0 {
		if text[0] < utf8.RuneSelf {
			text = text[1:]
			continue
		}
		r, size := utf8.DecodeRune(text)
		switch {
		case r != utf8.RuneError || size > 1:
			good++
		case !last && !utf8.FullRune(text):
			return good, bad, len(text)
		default:
			bad++
		}
		text = text[size:]
	}
	return good, bad, 0
}

// wide recognizes UTF-16 by its byte order mark, or by the zero bytes of ASCII written in it.
func wide(start []byte) string {
	switch {
	case bytes.HasPrefix(start, []byte("\xff\xfe")):
		return utf16LE
	case bytes.HasPrefix(start, []byte("\xfe\xff")):
		return utf16BE
	}
	var zeros [2]int
	start = start[:min(len(start), 1<<10)]
	for i, b := range start {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch half := len(start) / 2; {
	case len(start) < 4:
		return ""
	case zeros[1] > half/2 && zeros[0] < half/8:
		return utf16LE
	case zeros[0] > half/2 && zeros[1] < half/8:
		return utf16BE
	}
	return ""
}
