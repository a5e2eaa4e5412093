package samples

var pickles = shelf{
	code: "PIC", aisle: "Fresh", name: "Pickles", tag: "pickles",
	use:  "Beside a bowl of rice, or chopped through a salad.",
	days: 120, storage: "Keep refrigerated", pairs: []string{"rice", "tea over rice"},
	makers:   []maker{hazeHill, amayadori},
	keywords: []string{"umeboshi", "pickled ginger", "takuan", "kimchi", "pickled plum"},
	goods: []good{
		{"Honey Umeboshi", "はちみつ梅干し", "150 g", 980, "plum sweet"},
		{"Sun-Dried Umeboshi", "昔ながらの梅干し", "150 g", 1080, "plum salty"},
		{"Yellow Takuan", "たくあん", "1 piece", 480, "daikon"},
		{"Smoked Iburi Takuan", "燻製たくあん", "150 g", 620, "daikon smoked"},
		{"Young Ginger in Vinegar", "新生姜甘酢漬け", "120 g", 460, "ginger"},
		{"Red Pickled Ginger", "紅生姜", "80 g", 320, "ginger"},
		{"Shibazuke Aubergine", "しば漬け", "120 g", 520, "aubergine"},
		{"Rice-Bran Cucumbers", "きゅうりのぬか漬け", "2 pieces", 440, "cucumber"},
		{"Kombu and Burdock Tsukudani", "昆布ごぼう佃煮", "100 g", 560, "simmered"},
		{"Nukadoko Starter Bed", "ぬか床セット", "1 kg", 1380, "diy"},
	},
}
