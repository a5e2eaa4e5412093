package samples

// shelf is one category of the shop, with what its goods have in common.
type shelf struct {
	code       string // begins the product ids
	aisle      string
	name       string
	tag        string
	use        string
	material   string
	days       int // shelf life; 0: does not spoil
	storage    string
	mayContain []string
	pairs      []string
	makers     []maker
	goods      []good
	keywords   []string // what shoppers type when they look for it
}

// good is one product as it stands on a shelf: its names, size, price in yen and tags.
type good struct {
	name, japanese, size string
	yen                  int
	tags                 string
}

// maker is an invented brand and the prefecture it works in.
type maker struct{ name, place string }

var (
	oldFerry    = maker{"Old Ferry Kura", "Kagawa"}
	nineHerons  = maker{"Nine Herons", "Aichi"}
	kogarashi   = maker{"Kogarashi & Daughters", "Nagano"}
	winterGate  = maker{"Winter Gate", "Niigata"}
	tidePillar  = maker{"Tide Pillar", "Hokkaido"}
	amayadori   = maker{"Amayadori Foods", "Kochi"}
	littleGorge = maker{"Little Gorge", "Miyazaki"}
	yonaga      = maker{"Yonaga Mills", "Akita"}
	moonwell    = maker{"Moonwell Tea", "Shizuoka"}
	hazeHill    = maker{"Haze Hill Garden", "Kyoto"}
	paperCrane  = maker{"Paper Crane Row", "Ishikawa"}
	blueEave    = maker{"Blue Eave Kiln", "Saga"}
	ashLadder   = maker{"Ash Ladder Pottery", "Gifu"}
	thirdAnvil  = maker{"Third Anvil", "Niigata"}
)

// shelves are in the order in which one walks past them.
var shelves = []shelf{soySauce, miso, dashi, rice, noodles, vinegar, spices, oils, seaweed, tea, pickles, crackers,
	sweets, ceramics, tools}
