package samples

var ceramics = shelf{
	code: "CER", aisle: "Home", name: "Ceramics", tag: "tableware",
	use: "Thrown and glazed by hand, so no two are quite alike.", material: "stoneware",
	pairs: []string{"tea", "rice"}, makers: []maker{blueEave, ashLadder},
	keywords: []string{"rice bowl", "teapot", "kyusu", "sake cup", "donabe", "chopstick rest"},
	goods: []good{
		{"Indigo Rice Bowl", "藍の飯碗", "11 cm", 1980, "bowl blue"},
		{"Ash-Glaze Rice Bowl", "灰釉飯碗", "12 cm", 2200, "bowl grey"},
		{"Side-Handle Kyusu", "急須", "320 ml", 4800, "teapot gift"},
		{"Yunomi Tea Cup", "湯呑み", "180 ml", 1650, "cup"},
		{"Matcha Bowl, Winter Sky", "抹茶碗 冬空", "12 cm", 5400, "bowl gift"},
		{"Donabe for Two", "土鍋 二人用", "1.5 l", 6800, "pot"},
		{"Soy Sauce Dish, Plover", "豆皿 千鳥", "9 cm", 780, "plate"},
		{"Long Fish Plate", "焼き魚皿", "28 cm", 2600, "plate"},
		{"Sake Flask and Two Cups", "酒器揃え", "3 pieces", 3900, "sake gift"},
		{"Chopstick Rest, Pebble", "箸置き 小石", "1 piece", 480, "chopsticks"},
	},
}

var tools = shelf{
	code: "TOO", aisle: "Home", name: "Kitchen Tools", tag: "tool",
	use: "A plain tool that does one thing well, and lasts.", material: "wood and steel",
	pairs: []string{"rice", "noodles"}, makers: []maker{thirdAnvil, paperCrane},
	keywords: []string{"knife", "grater", "bamboo whisk", "sushi mat", "tamagoyaki pan", "chopsticks"},
	goods: []good{
		{"Santoku Knife", "三徳包丁", "165 mm", 9800, "knife gift"},
		{"Petty Knife", "ペティナイフ", "120 mm", 6400, "knife"},
		{"Copper Grater", "銅おろし金", "16 cm", 4200, "grater"},
		{"Bamboo Matcha Whisk", "茶筅", "100 prongs", 2800, "matcha"},
		{"Rolling Mat", "巻きす", "24 cm", 460, "sushi"},
		{"Tamagoyaki Pan", "玉子焼き器", "18 cm", 3600, "pan"},
		{"Cypress Rice Paddle", "檜しゃもじ", "20 cm", 880, "rice"},
		{"Ribbed Mortar and Pestle", "すり鉢とすりこぎ", "18 cm", 2400, "sesame"},
		{"Long Cooking Chopsticks", "菜箸", "33 cm", 520, "chopsticks"},
		{"Cedar Drop Lid", "落とし蓋", "18 cm", 980, "pot"},
	},
}
