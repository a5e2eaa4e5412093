package records_test

import (
	"fmt"
	"strings"
	"testing"

	"dojo/models"
	"dojo/records"
)

// hundred is a batch of what the published browser client sends: most of it page views, some with a cart.
func hundred() []byte {
	var items []string
	for i := range 100 {
		items = append(items, fmt.Sprintf(`{"type":"%s","product_ids":["p-%d"],"user_id":"user-%d",`+
			`"anonymous_id":"b1946ac9-2492-4d23-9b1f-%012d","timestamp":"2026-11-23T06:%02d:%02d.123Z",`+
			`"context":{"page":{"url":"https://shop.example/p/%d","referrer":"https://shop.example/","title":"Soy sauce"},`+
			`"locale":"ja-JP","custom_context":{"sdk_version":"1.3.0","uuid":"b1946ac9-2492-4d23-9b1f-%012d"}}}`,
			[]string{"product_detail_page_view", "add_to_cart", "click", "impression"}[i%4],
			i, i, i, i%60, i%60, i, i))
	}
	return []byte(`{"data":[` + strings.Join(items, ",") + `]}`)
}

func BenchmarkParse(b *testing.B) {
	body := hundred()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		parsed, rejected := records.Parse(models.Interactions, body)
		if rejected != nil || parsed.Len() != 100 {
			b.Fatal(rejected)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*100), "ns/record")
}
