package records

import (
	"bufio"
	"bytes"

	"golang.org/x/text/transform"
)

// pairedColons separates the cells of published data sets, such as those of MovieLens.
const pairedColons = "::"

// separators are what may stand between the cells of a table.
var separators = []string{",", ";", "\t", pairedColons, "|"}

// Separators are the separators that a table may have.
func Separators() []string { return append([]string{}, separators...) }

// separatorLine is the first line by which Excel says what separates the cells, such as "sep=;". It is the separator,
// and how many bytes the line has; 0: there is none.
func separatorLine(text *bufio.Reader) (separator string, length int) {
	start, _ := text.Peek(16)
	line, _, whole := bytes.Cut(start, []byte("\n"))
	trimmed := bytes.Trim(bytes.TrimRight(line, "\r"), `"`)
	rest, ok := bytes.CutPrefix(bytes.ToLower(trimmed), []byte("sep="))
	if !ok || len(rest) != 1 || !whole {
		return "", 0
	}
	return string(rest), len(line) + 1
}

// recognizeSeparator takes what splits the first lines into the same number of cells, into as many as can be: a title
// above the header has none, and a comma in numbers or texts is in some lines only. A bar may separate the texts within
// a cell: it counts where nothing else does.
func recognizeSeparator(text *bufio.Reader) string {
	start, _ := text.Peek(text.Size())
	lines := bytes.Split(start, []byte("\n"))
	if len(lines) > 1 {
		lines = lines[:len(lines)-1] // the last one may be cut
	}
	best, most := ",", 0
	for _, separator := range separators {
		if separator == "|" && most > 0 {
			break
		}
		if score := evenness(lines[:min(len(lines), 50)], []byte(separator)); score > most {
			best, most = separator, score
		}
	}
	return best
}

// evenness is how many separators the lines have that have the commonest number of them.
func evenness(lines [][]byte, separator []byte) int {
	counts := map[int]int{}
	for _, line := range lines {
		if n := outsideQuotes(line, separator); n > 0 {
			counts[n]++
		}
	}
	best := 0
	for n, lines := range counts {
		best = max(best, n*lines)
	}
	return best
}

func outsideQuotes(line, separator []byte) int {
	count := 0
	for i, part := range bytes.Split(line, []byte{'"'}) {
		if i%2 == 0 {
			count += bytes.Count(part, separator)
		}
	}
	return count
}

// unitSeparator is the control character for what stands between two cells.
const unitSeparator = '\x1f'

// joinedColons reads pairs of colons as unit separators, since a separator has to be one character.
type joinedColons struct{ transform.NopResetter }

// Transform implements transform.Transformer.
func (joinedColons) Transform(dst, src []byte, atEOF bool) (written, read int, err error) {
	for read < len(src) && written < len(dst) {
		switch rest := src[read:]; {
		case bytes.HasPrefix(rest, []byte(pairedColons)):
			dst[written] = unitSeparator
			read++
		case rest[0] == ':' && len(rest) == 1 && !atEOF:
			return written, read, transform.ErrShortSrc
		default:
			dst[written] = rest[0]
		}
		read, written = read+1, written+1
	}
	if read < len(src) {
		err = transform.ErrShortDst
	}
	return written, read, err
}
