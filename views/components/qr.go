package components

import (
	"strconv"
	"strings"
)

// quietZone is the light margin that a scanner needs around a code, in modules
// (ISO/IEC 18004).
const quietZone = 4

// qrSide is the length of a code's side with its quiet zone, in modules.
func qrSide(rows [][]bool) int { return len(rows) + 2*quietZone }

func qrViewBox(rows [][]bool) string {
	side := strconv.Itoa(qrSide(rows))
	return "0 0 " + side + " " + side
}

// qrPath draws the dark modules, each run of a row as one rectangle.
func qrPath(rows [][]bool) string {
	var path strings.Builder
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			start := x
			for x < len(row) && row[x] {
				x++
			}
			if x > start {
				width := strconv.Itoa(x - start)
				path.WriteString("M" + strconv.Itoa(start+quietZone) + " " + strconv.Itoa(y+quietZone) + "h" + width +
					"v1h-" + width + "z")
			}
		}
	}
	return path.String()
}
