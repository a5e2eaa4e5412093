package database

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// ThisProcess names this process so that another one can find out whether it has
// ended: by the start of the machine, the space of process ids, the id, and when the
// process began, since ids are used again. It is empty where that cannot be known.
func ThisProcess() string {
	space, pid := processSpace(), os.Getpid()
	began, ok := processBegan(pid)
	if space == "" || !ok {
		return ""
	}
	return fmt.Sprintf("%s %d %s", space, pid, began)
}

// Ended reports whether a process with the name of [ThisProcess] is surely no more.
func Ended(process string) bool {
	parts := strings.Fields(process)
	space := processSpace()
	if len(parts) != 4 || space == "" || parts[0]+" "+parts[1] != space {
		return false // on another machine, or in another container: nobody can know here
	}
	pid, err := strconv.Atoi(parts[2])
	if err != nil {
		return false
	}
	began, ok := processBegan(pid)
	return ok && began != parts[3]
}

// processSpace says within what the id of a process names one process.
func processSpace() string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	space, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return ""
	}
	return string(bytes.TrimSpace(boot)) + " " + space
}

// processBegan says when the process with the id began: "none" when there is none, or
// when only its remains are left. It is not ok where that cannot be known.
func processBegan(pid int) (began string, ok bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if os.IsNotExist(err) { // or is another user's, where /proc hides those
		return "none", errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
	}
	// The name of the program, in brackets, may hold anything; 20 fields after it.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if err != nil || len(fields) < 20 {
		return "", false
	}
	if state := fields[0][0]; state == 'Z' || state == 'X' {
		return "none", true
	}
	return string(fields[19]), true
}
