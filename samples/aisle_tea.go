package samples

var tea = shelf{
	code: "TEA", aisle: "Tea", name: "Tea", tag: "tea",
	use:  "Brew with water that has cooled a little, and keep the leaves for a second cup.",
	days: 300, storage: "Airtight, away from light", pairs: []string{"wagashi", "rice crackers"},
	makers:   []maker{moonwell, hazeHill},
	keywords: []string{"sencha", "matcha", "hojicha", "genmaicha", "gyokuro", "iced green tea"},
	goods: []good{
		{"First Flush Sencha", "一番茶煎茶", "80 g", 1380, "green"},
		{"Deep-Steamed Sencha", "深蒸し煎茶", "100 g", 1080, "green"},
		{"Shaded Gyokuro", "玉露", "50 g", 2400, "green shaded"},
		{"Ceremonial Matcha", "濃茶用抹茶", "30 g", 2980, "matcha"},
		{"Kitchen Matcha", "製菓用抹茶", "80 g", 1480, "matcha baking"},
		{"Charcoal-Roasted Hojicha", "炭火焙じ茶", "100 g", 820, "roasted"},
		{"Genmaicha with Matcha", "抹茶入り玄米茶", "150 g", 740, "roasted rice"},
		{"Cold-Brew Kukicha", "水出し茎茶", "20 bags", 860, "stems cold-brew"},
		{"Black Soybean Tea", "黒豆茶", "15 bags", 640, "caffeine-free"},
		{"Barley Tea", "麦茶", "30 bags", 480, "caffeine-free cold-brew"},
	},
}
