package records

import (
	"strings"
	"unicode"

	"dojo/models"
)

// nearRanks is how many kinds of likeness there are, the closest first: the name itself, the name in other letters, and
// what other programs call it, in the order of synonyms.
const nearRanks = 2 + maxSynonyms

const maxSynonyms = 12

// synonyms are what shops, feeds and published data sets call fields, the likeliest first.
var synonyms = map[models.Collection]map[string][]string{
	models.Products: {
		"product_id": {"id", "sku", "variantsku", "itemid", "movieid", "handle", "handleid",
			"artikelnummer", "itemnumber", "articleid", "articlenumber", "productnumber"},
		"title": {"name", "productname", "producttitle", "itemname", "bezeichnung", "label",
			"heading", "titel"},
		"description": {"bodyhtml", "longdescription", "productdescription", "beschreibung", "desc",
			"content", "body"},
		"url": {"link", "producturl", "permalink", "externalurl", "pageurl", "canonicalurl",
			"productlink"},
		"cover_image": {"imagelink", "imagesrc", "imageurl", "images", "image", "picture", "thumbnail",
			"photo", "imgurl", "mainimage"},
		"sale_price":     {"variantprice", "saleprice", "angebotspreis"},
		"original_price": {"price", "regularprice", "variantcompareatprice", "preis", "listprice"},
		"brand":          {"vendor", "manufacturer", "marke", "hersteller", "brandname", "maker"},
		"categories": {"category", "productcategory", "producttype", "googleproductcategory", "genres",
			"kategorie", "categorypath", "categoryname", "taxonomy", "kategorien", "breadcrumbs"},
		"product_group_id":  {"itemgroupid", "groupid"},
		"parent_id":         {"parent"},
		"color":             {"colour", "farbe", "colorname"},
		"tags":              {"keywords", "labels", "tag"},
		"availability":      {"stockstatus"},
		"short_description": {"summary", "excerpt"},
		"size":              {"groesse"},
	},
	models.EndUsers: {
		"user_id": {"id", "customerid", "userid", "clientid", "memberid", "email", "user", "customer",
			"customernumber", "visitorid", "kundennummer"},
		"name":       {"fullname", "username", "displayname", "customername"},
		"created_at": {"signupdate", "registered", "dateregistered", "joined", "created"},
		"age":        {"alter"}, "gender": {"sex", "geschlecht"},
		"country":       {"countrycode", "defaultaddresscountrycode", "land", "countryname"},
		"city":          {"defaultaddresscity", "town", "stadt"},
		"state":         {"region", "province", "defaultaddressprovincecode"},
		"profile_image": {"avatar", "picture"},
		"group_id":      {"group"},
	},
	models.Interactions: {
		"user_id": {"userid", "customerid", "visitorid", "uid", "user", "customer", "memberid", "member",
			"visitor"},
		"product_ids": {"productid", "itemid", "movieid", "sku", "lineitemsku", "item", "product", "items",
			"products", "articleid", "contentid", "contentids"},
		"timestamp": {"time", "date", "datetime", "eventtime", "occurredat", "createdat", "eventtimestamp",
			"ts", "datum"},
		"type": {"event", "eventtype", "action", "eventname", "interactiontype", "interaction",
			"activity", "actiontype"},
		"anonymous_id": {"sessionid", "deviceid", "cookieid", "userpseudoid"},
		"quantities":   {"quantity", "qty", "lineitemquantity"},
	},
}

// eventTypes are the types of interactions that other programs' events most likely are.
var eventTypes = map[string]string{
	"view": "product_detail_page_view", "viewcontent": "product_detail_page_view",
	"addtowishlist": "bookmark", "pageview": "product_detail_page_view", "viewitem": "product_detail_page_view",
	"productview": "product_detail_page_view", "productviewed": "product_detail_page_view",
	"detail": "product_detail_page_view", "cart": "add_to_cart", "basket": "add_to_cart", "productadded": "add_to_cart",
	"purchase": "checkout", "purchased": "checkout", "transaction": "checkout", "order": "checkout", "buy": "checkout",
	"ordercompleted": "checkout", "orderplaced": "checkout", "wishlist": "bookmark", "favorite": "bookmark",
	"rating": "rate", "productremoved": "remove_from_cart", "viewsearchresults": "search", "selectitem": "click",
}

// nearly is a name without what people write differently.
func nearly(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// near is the field that a name means with this likeness; "": none.
func near(of models.Collection, name string, rank int) string {
	if rank == 0 {
		if c, ok := columnNamed(of, name); ok {
			return c.name
		}
		return ""
	}
	plain := nearly(name)
	if plain == "" {
		return ""
	}
	for _, c := range columnSets()[of] {
		if rank == 1 && nearly(c.name) == plain {
			return c.name
		}
		if words := synonyms[of][c.name]; rank > 1 && rank-2 < len(words) && words[rank-2] == plain {
			return c.name
		}
	}
	return ""
}

// Near is the field that a column's name most likely means; "": none.
func Near(of models.Collection) Guess {
	return func(name string) string {
		for rank := range nearRanks {
			if field := near(of, name, rank); field != "" {
				return field
			}
		}
		return ""
	}
}
