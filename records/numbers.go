package records

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode"
)

// How people write numbers: in groups of three, and with their decimals behind a point or a comma.
var (
	pointNumber = regexp.MustCompile(`^-?(?:\d{1,3}(?:[, ']\d{3})+|\d+)?(?:\.\d+)?$`)
	commaNumber = regexp.MustCompile(`^-?(?:\d{1,3}(?:[. ']\d{3})+|\d+)?(?:,\d+)?$`)
)

var (
	pointGroups = strings.NewReplacer(",", "", " ", "", "'", "")
	commaGroups = strings.NewReplacer(".", "", " ", "", "'", "", ",", ".")
)

// readNumber reads a number, perhaps with a currency before or after it, as JSON.
func readNumber(cell string, as As) (number string, ok bool) {
	if isJSONNumber(cell) && as == AsWritten {
		return cell, true
	}
	text := withoutCurrency(cell)
	switch as {
	case DecimalPoint:
		if !pointNumber.MatchString(text) {
			return "", false
		}
		text = pointGroups.Replace(text)
	case DecimalComma:
		if !commaNumber.MatchString(text) {
			return "", false
		}
		text = commaGroups.Replace(text)
	}
	text = plainDigits(text)
	return text, isJSONNumber(text)
}

// plainDigits writes .5 as 0.5, 007 as 7, and 5.00 as it is.
func plainDigits(text string) string {
	digits, minus := strings.CutPrefix(text, "-")
	whole, rest, fraction := strings.Cut(digits, ".")
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if fraction {
		whole += "." + rest
	}
	if minus {
		whole = "-" + whole
	}
	return whole
}

func isJSONNumber(text string) bool {
	return text != "" && (text[0] == '-' || text[0] >= '0' && text[0] <= '9') && json.Valid([]byte(text))
}

// withoutCurrency takes away a currency's sign or its three letters, and makes all spaces and apostrophes alike.
func withoutCurrency(cell string) string {
	text := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Sc, r):
			return -1
		case unicode.IsSpace(r), r == '\u202f', r == '\u2009':
			return ' '
		case r == '’':
			return '\''
		case r == '−':
			return '-'
		}
		return r
	}, cell)
	text = strings.TrimSpace(text)
	text = strings.TrimPrefix(text, "+")
	if len(text) > 3 && isCode(text[:3]) {
		text = strings.TrimSpace(text[3:])
	} else if len(text) > 3 && isCode(text[len(text)-3:]) {
		text = strings.TrimSpace(text[:len(text)-3])
	}
	return text
}

func isCode(text string) bool {
	for _, r := range text {
		if r < 'A' || r > 'Z' {
			return false
		}
	}
	return true
}
