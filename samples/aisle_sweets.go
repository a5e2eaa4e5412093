package samples

var crackers = shelf{
	code: "CRA", aisle: "Sweets and Snacks", name: "Rice Crackers", tag: "snack",
	use:  "With tea in the afternoon, or beer in the evening.",
	days: 150, storage: "Airtight after opening", mayContain: []string{"soy", "wheat"},
	pairs: []string{"sencha", "beer"}, makers: []maker{winterGate, yonaga},
	keywords: []string{"senbei", "rice crackers", "arare", "wasabi peas", "snack box"},
	goods: []good{
		{"Charcoal-Grilled Soy Senbei", "炭火焼き醤油せんべい", "8 pieces", 560, "senbei"},
		{"Nori-Wrapped Senbei", "海苔巻きせんべい", "10 pieces", 540, "senbei nori"},
		{"Thin Prawn Senbei", "薄焼き海老せんべい", "80 g", 480, "senbei prawn"},
		{"Coarse Sugar Senbei", "ざらめせんべい", "6 pieces", 420, "senbei sweet"},
		{"Mixed Arare", "あられミックス", "120 g", 460, "arare"},
		{"Persimmon Seed Crackers with Peanuts", "柿の種風ピーナッツ入り", "150 g", 390, "arare hot"},
		{"Wasabi Peas", "わさび豆", "90 g", 360, "hot"},
		{"Black Soybean Okaki", "黒豆おかき", "100 g", 490, "okaki"},
		{"Salted Kombu Chips", "塩昆布チップス", "40 g", 380, "vegan"},
		{"Tea Time Assortment Tin", "茶の間缶", "420 g", 2380, "gift"},
	},
}

var sweets = shelf{
	code: "SWE", aisle: "Sweets and Snacks", name: "Wagashi", tag: "sweet",
	use:  "Cut thin, serve with a bitter cup of tea.",
	days: 60, storage: "Cool and dark", pairs: []string{"matcha", "hojicha"},
	makers:   []maker{paperCrane, hazeHill},
	keywords: []string{"wagashi", "yokan", "mochi", "red bean", "kuromitsu", "gift sweets"},
	goods: []good{
		{"Chestnut Yokan", "栗羊羹", "1 bar", 1280, "bean gift"},
		{"Salt Yokan Minis", "塩ようかん", "5 pieces", 620, "bean"},
		{"Kinako Warabi Mochi", "わらび餅", "200 g", 680, "mochi"},
		{"Dorayaki", "どら焼き", "4 pieces", 840, "bean"},
		{"Sugar Kompeito", "金平糖", "60 g", 420, "candy"},
		{"Pressed Wasanbon Sugar", "和三盆干菓子", "12 pieces", 1180, "candy gift"},
		{"Brown Sugar Karinto", "黒糖かりんとう", "130 g", 440, "crunchy"},
		{"Black Sugar Syrup", "黒蜜", "200 g", 560, "syrup"},
		{"Smooth Red Bean Paste", "こしあん", "300 g", 480, "bean baking"},
		{"Roasted Soybean Flour", "きな粉", "150 g", 320, "baking"},
	},
}
