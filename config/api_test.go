package config_test

import "testing"

func TestUpstreamURL(t *testing.T) {
	for text, want := range map[string]string{
		"http://10.0.0.5:9000":                 "http://10.0.0.5:9000",
		"https://dojo:h%2Fter@api.example/v2/": "https://dojo:h%2Fter@api.example/v2/",
	} {
		if got, ok := valid(upstream(text)).UpstreamURL(); !ok || got.String() != want {
			t.Errorf("the upstream of %s is %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "api.example", "http://api.example?x=1"} {
		if got, ok := valid(upstream(text)).UpstreamURL(); ok {
			t.Errorf("the upstream of %q is %v; want none", text, got)
		}
	}
}
