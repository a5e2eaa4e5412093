package models_test

import (
	"strings"
	"testing"

	"dojo/models"
)

func TestNearParameters(t *testing.T) {
	for want, names := range map[string]string{
		models.DryRun: "dry_run dryRun dry-run DRY_RUN DryRun dryrun dry_runs dry.run dry_run[] dry%run _dry_run dry " +
			"is_dry_run dryRunOnly " +
			"dyr_run dry_rn dr_run drry_run dry_rum ｄｒｙ＿ｒｕｎ dry–run dry_ruń",
		models.Async: "async Async ASYNC a-sync asynch asynchronous is_async asnyc asyc sync assync respond-async",
		"": "data api_key user_id utm_source utm_medium gclid fbclid v _ t ref lang locale debug trace_id " +
			"sdk_version run drum return " +
			"sy ac x product_ids cache_bust timestamp source session_id",
	} {
		for name := range strings.FieldsSeq(names) {
			if got := models.NearParameter(name); got != want {
				t.Errorf("%q is near %q, want %q", name, got, want)
			}
		}
	}
}

func TestParametersOfOtherAPIs(t *testing.T) {
	for name := range strings.FieldsSeq(
		"type Type types filter filter[type] filter.type $filter limit page_size pageSize per-page offset sort_by q ids") {
		if !models.WouldChangeRead(name) {
			t.Errorf("%q changes no list", name)
		}
	}
	for name := range strings.FieldsSeq(
		"validate_only validateOnly validate-only simulate what_if upsert merge environment env on_conflict") {
		if !models.WouldChangeWrite(name) {
			t.Errorf("%q changes no write", name)
		}
	}
	for name := range strings.FieldsSeq(
		"api_key utm_source utm_campaign gclid _ v cb ref lang trace_id sdk_version timestamp nonce") {
		if models.WouldChangeRead(name) || models.WouldChangeWrite(name) {
			t.Errorf("%q means nothing, and is taken for a parameter", name)
		}
	}
}
