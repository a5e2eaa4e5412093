package records

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Reason is the column and the JSON member in which the download of rejected lines says what is wrong with each. A file
// that is uploaded may still have it: it is passed over.
const Reason = "what is wrong"

var reasonMember = []byte(`"` + Reason + `"`)

// WithReason is a rejected line of JSON Lines as it is given back, to be mended: the record with what is wrong with it.
// A line that is no JSON object is one member of it, as text.
func (l *Line) WithReason() []byte {
	text := withoutReason(l.Text)
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil {
		text, _ = json.Marshal(map[string]string{"line": strings.ToValidUTF8(string(text), string(utf8.RuneError))})
	}
	reason, _ := json.Marshal(strings.Join(l.Wrong(), " · ")) // texts are always encoded
	record := bytes.TrimRight(bytes.TrimSuffix(text, []byte("}")), " \t")
	if !bytes.HasSuffix(record, []byte("{")) {
		record = append(bytes.Clone(record), ", "...)
	}
	return bytes.Join([][]byte{record, reasonMember, []byte(": "), reason, []byte("}")}, nil)
}

// withoutReason takes out of a line what WithReason has put in.
func withoutReason(line []byte) []byte {
	if !bytes.Contains(line, reasonMember) {
		return line
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(line, &members) != nil || members[Reason] == nil {
		return line
	}
	delete(members, Reason)
	mended, err := json.Marshal(members)
	if err != nil {
		return line
	}
	return mended
}
