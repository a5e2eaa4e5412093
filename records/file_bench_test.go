package records_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"dojo/models"
	"dojo/records"
)

// BenchmarkMillionRows reads a table of a million rows as an upload does: recognized, settled and checked. It
// reports the most that the heap holds; 12 bytes of it are each id's.
func BenchmarkMillionRows(b *testing.B) {
	var table bytes.Buffer
	table.WriteString("SKU;Title;Preis;created_at\n")
	for i := range 1_000_000 {
		fmt.Fprintf(&table, "sku-%d;Tea cup of clay, number %d;%d,50 €;%d\n", i, i, i%900, 964982703+i)
	}
	benchmarkFile(b, table.Bytes(), 1_000_000)
}

// BenchmarkWorkbook reads an .xlsx of 100,000 rows.
func BenchmarkWorkbook(b *testing.B) {
	book := excelize.NewFile()
	rows, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	_ = rows.SetRow("A1", []any{"SKU", "Title", "Price", "Brand", "Color", "Description"})
	for i := range 100_000 {
		_ = rows.SetRow(fmt.Sprintf("A%d", i+2), []any{fmt.Sprintf("sku-%d", i), fmt.Sprintf("Tea cup %d", i), float64(i) / 8,
			"Kiln", "blue", strings.Repeat("clay ", 10)})
	}
	_ = rows.Flush()
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		b.Fatal(err)
	}
	book.Close()
	benchmarkFile(b, out.Bytes(), 100_000)
}

func benchmarkFile(b *testing.B, text []byte, count int) {
	path := b.TempDir() + "/file"
	if err := os.WriteFile(path, text, 0o600); err != nil {
		b.Fatal(err)
	}
	size := int64(len(text))
	text = nil
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	most, stop := watchHeap()
	b.SetBytes(size)
	for b.Loop() {
		file, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		read, err := openSource(models.Products, nil, file, size)
		if err != nil {
			b.Fatal(err)
		}
		found, err := read.Check(func(*records.Line) error { return nil })
		if err != nil || found.Good != count {
			b.Fatal(found, err)
		}
		read.Source.Close()
		file.Close()
	}
	close(stop)
	b.ReportMetric(float64(most.Load()-before.HeapAlloc)/(1<<20), "MiB-heap")
}

// watchHeap notes the largest heap until it is stopped.
func watchHeap() (most *atomic.Uint64, stop chan struct{}) {
	most, stop = &atomic.Uint64{}, make(chan struct{})
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
				var now runtime.MemStats
				runtime.ReadMemStats(&now)
				most.Store(max(most.Load(), now.HeapAlloc))
			}
		}
	}()
	return most, stop
}
