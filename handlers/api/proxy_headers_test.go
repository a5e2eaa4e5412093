package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestHeadersThatPassFromTheUpstream(t *testing.T) {
	for name := range strings.FieldsSeq(`
		Content-Type Content-Length Content-Encoding Content-Language Content-Disposition Content-Range Content-Digest
		ETag Last-Modified Vary Age Date Accept-Ranges Link Location Content-Location Allow Retry-After
		RateLimit RateLimit-Policy RateLimit-Limit RateLimit-Remaining RateLimit-Reset X-RateLimit-Limit X-RateLimit-Remaining
		Deprecation Sunset Warning Preference-Applied Idempotency-Key Operation-Location
		X-Total-Count X-Next-Cursor X-Shop-Version X-Theirs X-Trace-Id X-Amzn-Trace-Id X-Cache X-Powered-By X-Runtime
		Request-Id Traceparent Server-Timing Grpc-Status Grpc-Message Tus-Resumable Upload-Offset MCP-Session-Id OData-Version
		Upgrade Connection Sec-WebSocket-Accept Sec-WebSocket-Protocol
	`) {
		if !mayPass(name) {
			t.Errorf("%s does not pass", name)
		}
	}
}

func TestHeadersThatDoNotPassFromTheUpstream(t *testing.T) {
	for name := range strings.FieldsSeq(`
		NEL Reporting-Endpoints Report-To Alt-Svc Clear-Site-Data Strict-Transport-Security Service-Worker-Allowed Service-Worker-Navigation-Preload
		Set-Cookie Set-Cookie2 Refresh Public-Key-Pins Public-Key-Pins-Report-Only Expect-CT Expect-Staple P3P Tk
		Content-Security-Policy Content-Security-Policy-Report-Only Permissions-Policy Permissions-Policy-Report-Only Feature-Policy Document-Policy Require-Document-Policy
		Integrity-Policy Integrity-Policy-Report-Only Referrer-Policy
		Origin-Agent-Cluster Origin-Isolation Accept-CH Accept-CH-Lifetime Critical-CH Content-DPR Supports-Loading-Mode Speculation-Rules No-Vary-Search
		Cross-Origin-Opener-Policy Cross-Origin-Opener-Policy-Report-Only Cross-Origin-Embedder-Policy Cross-Origin-Embedder-Policy-Report-Only Cross-Origin-Resource-Policy
		Access-Control-Allow-Origin Access-Control-Allow-Credentials Access-Control-Allow-Headers Access-Control-Expose-Headers Access-Control-Allow-Private-Network Timing-Allow-Origin
		Use-As-Dictionary Available-Dictionary Dictionary-Id Set-Login Activate-Storage-Access Observe-Browsing-Topics Sec-Browsing-Topics
		Attribution-Reporting-Register-Source Attribution-Reporting-Register-Trigger Attribution-Reporting-Eligible Ad-Auction-Signals Ad-Auction-Allowed Shared-Storage-Write
		Sec-Session-Registration Secure-Session-Registration Secure-Session-Challenge Secure-Session-Id Delegate-CH Origin-Trial Large-Allocation SourceMap X-SourceMap
		Cache-Control CDN-Cache-Control Surrogate-Control Cache-Status Expires Pragma X-Content-Type-Options
		X-Dojo-Team x-dojo-environment X_Dojo_Key_Id X-Dojo-Refusal X-Dojo-Anything X-Request-Id x_request_id X-Api-Key
		X-Frame-Options X-XSS-Protection X-Content-Security-Policy X-WebKit-CSP X-Permitted-Cross-Domain-Policies X-DNS-Prefetch-Control X-UA-Compatible X-Robots-Tag X-Download-Options
		X-Accel-Redirect X-Accel-Buffering X-Accel-Expires X-Accel-Limit-Rate x_accel_redirect X-Sendfile X-Lighttpd-Send-File X-LiteSpeed-Location X-Reproxy-URL
		X-Forwarded-For X-Original-URI X-Rewrite-URL X-HTTP-Method-Override
		Proxy-Authenticate Proxy-Connection Keep-Alive Transfer-Encoding Status Some-Header-Of-Tomorrow
	`) {
		if mayPass(name) || mayPass(http.CanonicalHeaderKey(name)) || mayPass(strings.ToLower(name)) {
			t.Errorf("%s passes", name)
		}
	}
}

// A challenge that makes a browser ask for a password would ask in the dashboard's name.
func TestChallengesFromTheUpstream(t *testing.T) {
	for challenge, passes := range map[string]bool{
		"Bearer": true, `Bearer realm="shop", error="invalid_token"`: true, `DPoP algs="ES256"`: true,
		`Bearer realm="Basic"`: true,
		`Basic realm="Dojo"`:   false, "basic": false, "Negotiate": false, "NTLM": false, `Digest realm="x"`: false,
		`Bearer realm="x", Basic realm="y"`: false,
	} {
		header := http.Header{"Www-Authenticate": {challenge}}
		dropNotFromUpstream(header)
		if (len(header) == 1) != passes {
			t.Errorf("%s: passes is %v", challenge, !passes)
		}
	}
	header := http.Header{"Www-Authenticate": {"Bearer", "Basic"}}
	if dropNotFromUpstream(header); len(header) > 0 {
		t.Error("a second challenge passes")
	}
}

// What the upstream calls by its own address, clients reach at Dojo's.
func TestAddressesFromTheUpstream(t *testing.T) {
	for _, c := range []struct{ upstream, location, want string }{
		{"http://10.0.0.5:9000", "http://10.0.0.5:9000/v1/jobs/1?a=b#c", "/v1/jobs/1?a=b#c"},
		{"http://10.0.0.5:9000/base", "http://10.0.0.5:9000/base/v1/jobs/a%2Fb", "/v1/jobs/a%2Fb"},
		{"http://10.0.0.5:9000/base/", "/base/v1/jobs/1", "/v1/jobs/1"},
		{"http://shop.example", "HTTP://SHOP.example/v1/x", "/v1/x"},
		{"http://shop.example", "/v1/x", "/v1/x"},
		{"http://shop.example", "next", "next"},
		{"http://shop.example", "https://shop.example/v1/x", "https://shop.example/v1/x"},
		{"http://shop.example", "http://shop.example/admin", "http://shop.example/admin"},
		{"http://shop.example", "http://other.example/v1/x", "http://other.example/v1/x"},
		{"http://shop.example", "//other.example/v1/x", "//other.example/v1/x"},
		{"http://shop.example", "%zz", "%zz"},
	} {
		upstream, err := url.Parse(c.upstream)
		if err != nil {
			t.Fatal(err)
		}
		header := http.Header{"Location": {c.location}, "Content-Location": {c.location}}
		comeBack(header, upstream)
		if header.Get("Location") != c.want || header.Get("Content-Location") != c.want {
			t.Errorf("%s at %s: got %v, want %s", c.location, c.upstream, header, c.want)
		}
	}
}
