package records

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode"
)

// How people write numbers: in groups of three, in India with groups of two before them, and with their decimals behind
// a point or a comma.
var (
	pointNumber = regexp.MustCompile(`^-?(?:\d{1,3}(?:[, ']\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}|\d+)?(?:\.\d+)?$`)
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
	if !strings.ContainsAny(text, "0123456789") {
		return "", false // a dash or a currency alone
	}
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

// currencies are what people write for a currency beside its sign and its three letters: the whole of it or, as in US$,
// what is left of it without the sign.
var currencies = map[string]bool{"Rs": true, "Rs.": true, "kr": true, "kr.": true, "zł": true, "Kč": true, "Ft": true,
	"Fr": true, "Fr.": true, "SFr.": true, "lei": true, "лв.": true, "руб.": true, "руб": true, "円": true, "元": true,
	"원": true, "RM": true, "R": true, "US": true, "CA": true, "AU": true, "NZ": true, "HK": true, "NT": true, "S": true}

// withoutCurrency takes away a currency, and the dash in the place of decimals, and makes all spaces and apostrophes
// alike.
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
	if digits := strings.TrimLeftFunc(text, notOfNumber); isCurrency(text[:len(text)-len(digits)]) {
		text = digits
	} else if digits := strings.TrimRightFunc(text, notOfNumber); isCurrency(text[len(digits):]) {
		text = digits
	}
	for _, none := range []string{",-", ".-", ",–", ".–", ",—", ".—"} {
		text = strings.TrimSuffix(text, none)
	}
	return text
}

func notOfNumber(r rune) bool { return !unicode.IsDigit(r) && !strings.ContainsRune("-+,'", r) }

// isCurrency reports whether a text before or after a number is the three letters of a currency, or another word for one.
func isCurrency(text string) bool {
	text = strings.TrimSpace(text)
	return currencies[text] || len(text) == 3 && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
