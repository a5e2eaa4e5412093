package web

import (
	"os"
	"strconv"
	"strings"

	"dojo/models"
)

// stats is what this process tells people of itself at the desk.
func (s *Server) stats() models.ProcessStats {
	return models.ProcessStats{Listening: s.Store.Hears(), Memory: resident()}
}

// resident is how much memory this process occupies, in bytes; 0: not known
// (proc_pid_statm(5)).
func resident() int64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(statm))
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
