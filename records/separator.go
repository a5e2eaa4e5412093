package records

import (
	"bufio"
	"bytes"
)

// separators are what may stand between the cells of a table.
var separators = []string{",", ";", "\t", "|"}

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
		if score := evenness(lines[:min(len(lines), 50)], separator[0]); score > most {
			best, most = separator, score
		}
	}
	return best
}

// evenness is how many separators the lines have that have the commonest number of them.
func evenness(lines [][]byte, separator byte) int {
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

func outsideQuotes(line []byte, separator byte) int {
	count, quoted := 0, false
	for _, b := range line {
		switch {
		case b == '"':
			quoted = !quoted
		case b == separator && !quoted:
			count++
		}
	}
	return count
}
