package store

import (
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"testing"
)

// manySince is the migration since which many processes may serve, so that older programs live
// with newer schemas.
const manySince = 80

// TestMigrationsSayWhoCanLiveWithThem: every migration says, for each database, up to which older
// programs can go on with it.
func TestMigrationsSayWhoCanLiveWithThem(t *testing.T) {
	said := regexp.MustCompile(`INSERT INTO compatibility\b[^;]*?(?:VALUES \(|SELECT )(\d+), *(\w+)`)
	names := map[string]int{}
	for _, dialect := range []string{"postgres", "sqlite"} {
		files, err := fs.Glob(migrations(), dialect+"/*.sql")
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			names[path.Base(file)]++
			version, err := strconv.Atoi(path.Base(file)[:4])
			if err != nil {
				t.Fatal(err)
			}
			if version < manySince {
				continue
			}
			text, err := fs.ReadFile(migrations(), file)
			if err != nil {
				t.Fatal(err)
			}
			found := said.FindSubmatch(text)
			if found == nil || string(found[1]) != strconv.Itoa(version) {
				t.Errorf("%s inserts no row (%d, the oldest program's version) into compatibility", file, version)
			}
		}
	}
	for name, dialects := range names {
		if dialects != 2 {
			t.Errorf("%s is there for one database only", name)
		}
	}
}
