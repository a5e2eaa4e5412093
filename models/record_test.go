package models_test

import (
	"slices"
	"testing"

	"dojo/models"
)

func TestCollectionWords(t *testing.T) {
	for of, want := range map[models.Collection][5]string{
		models.Products:     {"product", "products", "a product", "catalog", "Catalog"},
		models.EndUsers:     {"user", "users", "a user", "users", "Users"},
		models.Interactions: {"interaction", "interactions", "an interaction", "interactions", "Interactions"},
	} {
		if got := [5]string{of.One(), of.Many(), of.WithArticle(), of.Path(), of.Heading()}; got != want {
			t.Errorf("%s is called %q; want %q", of, got, want)
		}
	}
	if len(models.Collections) != 3 {
		t.Errorf("Collections = %v", models.Collections)
	}
}

func TestAttributeTypesConflict(t *testing.T) {
	known := models.AttributeTypes{"size": models.NumberAttribute, "designer": models.StringAttribute, "asked": ""}
	given := models.AttributeTypes{"size": "string", "new": "number", "asked": "number", "designer": "object"}
	if got := known.Conflicts(given); !slices.Equal(got, []string{"designer", "size"}) {
		t.Errorf("Conflicts = %q", got)
	}
	var none models.AttributeTypes
	if got := none.Conflicts(given); got != nil {
		t.Errorf("of nothing: %q", got)
	}
	none.Add(nil)
	if none != nil {
		t.Error("adding nothing made a map")
	}
	none.Add(given)
	if len(none) != 4 {
		t.Errorf("Add made %v", none)
	}
}
